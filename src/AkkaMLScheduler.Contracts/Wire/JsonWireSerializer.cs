using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Serialization;

namespace AkkaMLScheduler.Contracts.Wire;

/// <summary>One row of a wire format: the short versioned name that is stored and sent, and the type.</summary>
/// <param name="Context">Knows how it is written. Asked when it is first needed: a node starts sooner by not making what it never sends.</param>
public sealed record WireType(string Manifest, Type Type, JsonSerializerContext Context)
{
    private JsonTypeInfo? _json;

    /// <summary>How the type is written.</summary>
    public JsonTypeInfo Json => _json ??= Context.GetTypeInfo(Type) ?? throw new InvalidOperationException($"{Type} has no generated metadata in {Context.GetType()}.");
}

/// <summary>
/// Writes a closed list of types as System.Text.Json with generated metadata. A manifest that is not in the list is refused, so
/// nothing that comes over the wire or out of a journal can name a type of its own.
/// </summary>
public abstract class JsonWireSerializer : SerializerWithStringManifest
{
    private readonly Dictionary<string, WireType> _byManifest = [];
    private readonly Dictionary<Type, WireType> _byType = [];

    protected JsonWireSerializer(ExtendedActorSystem system, int identifier, IEnumerable<WireType> types)
        : base(system)
    {
        Identifier = identifier;
        foreach (var type in types)
        {
            _byManifest.Add(type.Manifest, type);
            _byType.Add(type.Type, type);
        }
    }

    public override int Identifier { get; }

    public override string Manifest(object o) => Find(o).Manifest;

    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, Find(obj).Json);

    public override object FromBinary(byte[] bytes, string manifest) =>
        _byManifest.TryGetValue(manifest, out var type)
            ? JsonSerializer.Deserialize(bytes, type.Json) ?? throw new InvalidDataException($"A message with manifest '{manifest}' is null.")
            : throw new InvalidDataException(
                $"Manifest '{manifest}' is unknown to serializer {Identifier}: it was written by a newer version or by something else.");

    private WireType Find(object o) =>
        _byType.TryGetValue(o.GetType(), out var type)
            ? type
            : throw new ArgumentException($"{o.GetType()} has no manifest in serializer {Identifier}; add it to the wire format's table.");
}
