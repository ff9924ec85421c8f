using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>
/// Copies values of records into shared blocks: a block of some hundred records is one object for the garbage collector to look after
/// where an array for each would be hundreds. For one thread at a time.
/// </summary>
internal sealed class BlockDeserializer : IDeserializer<ReadOnlyMemory<byte>?>
{
    // Below the large object heap's threshold; a block lives as long as the last record in it.
    private const int BlockBytes = 64 * 1024;

    // A longer value has an array of its own, or much of a block might be left empty.
    private const int LongestShared = BlockBytes / 8;

    private byte[] _block = [];
    private int _used;

    public ReadOnlyMemory<byte>? Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        if (isNull)
            return null;
        if (data.Length > LongestShared)
            return data.ToArray();
        if (_block.Length - _used < data.Length)
            (_block, _used) = (GC.AllocateUninitializedArray<byte>(BlockBytes), 0);
        var value = _block.AsMemory(_used, data.Length);
        data.CopyTo(value.Span);
        _used += data.Length;
        return value;
    }
}
