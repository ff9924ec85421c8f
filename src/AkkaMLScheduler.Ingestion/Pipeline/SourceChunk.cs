namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>Some records of one origin in order. Chunks, not single records, flow through the graph: a stage costs more than a record.</summary>
/// <param name="Origin">Where they come from.</param>
/// <param name="Records">May be empty: then the origin is noted all the same.</param>
/// <param name="IsLast">Somebody waits until all of the origin is committed.</param>
public sealed record SourceChunk(SourceOrigin Origin, SourceRecord[] Records, bool IsLast = false)
{
    /// <summary>The same in parts of which none becomes more cells than may be in memory: a record of two bytes is a row of all columns.</summary>
    public IReadOnlyList<SourceChunk> Parts()
    {
        var most = Origin.Decoder.MostRecords;
        return Records.Length <= most ? [this] : [.. Records.Chunk(most).Select(part => this with { Records = part })];
    }
}
