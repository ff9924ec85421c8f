using Akka.Configuration;

namespace AkkaMLScheduler.Contracts.Wire;

/// <summary>A wire format as HOCON tells it to an actor system.</summary>
public static class WireBindings
{
    /// <summary>Registers a serializer under a name and binds each of its types to it.</summary>
    public static Config Of<TSerializer>(string name, IEnumerable<WireType> types)
        where TSerializer : JsonWireSerializer
    {
        var bindings = types.Select(t => $"\"{Name(t.Type)}\" = {name}");
        return ConfigurationFactory.ParseString($$"""
            akka.actor {
              serializers {
                {{name}} = "{{Name(typeof(TSerializer))}}"
              }
              serialization-bindings {
                {{string.Join('\n', bindings)}}
              }
            }
            """);
    }

    private static string Name(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}
