namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>Some records of one origin in order. Chunks, not single records, flow through the graph: a stage costs more than a record.</summary>
/// <param name="Origin">Where they come from.</param>
/// <param name="Records">May be empty: then the origin has ended.</param>
public sealed record SourceChunk(SourceOrigin Origin, IReadOnlyList<SourceRecord> Records);
