namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>Some records of one origin in order. Chunks, not single records, flow through the graph: a stage costs more than a record.</summary>
/// <param name="Origin">Where they come from.</param>
/// <param name="Records">May be empty: then the origin is noted all the same.</param>
/// <param name="IsLast">Somebody waits until all of the origin is committed.</param>
public sealed record SourceChunk(SourceOrigin Origin, IReadOnlyList<SourceRecord> Records, bool IsLast = false);
