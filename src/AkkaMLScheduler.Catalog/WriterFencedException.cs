namespace AkkaMLScheduler.Catalog;

/// <summary>Another writer has claimed a partition since. Nothing of the commit was stored; what it held is read again by the other.</summary>
public sealed class WriterFencedException(string source, string partition, long epoch, string? owner)
    : CatalogException(
        $"Source '{source}' partition '{partition}' was taken over by another writer ({owner ?? "its claim is gone"}); "
        + $"epoch {epoch} may not write any more. What was not committed is read by the other.")
{
    /// <summary>Id of the source, e.g. a cluster and topic.</summary>
    public string SourceId { get; } = source;

    public string Partition { get; } = partition;
}
