namespace AkkaMLScheduler.Catalog;

/// <summary>
/// The stored offset of a source is not the expected one: another writer committed these records, or they were committed before
/// a crash. Nothing of the commit was stored. Read <see cref="LakeCatalog.OffsetsAsync"/> again and go on from there.
/// </summary>
public sealed class OffsetConflictException(string source, string partition, long? expected, long? stored)
    : CatalogException(
        $"The offset of source '{source}' partition '{partition}' is {Text(stored)}, but this commit expected {Text(expected)}. "
        + "Another writer has advanced it; read the offsets again and continue from there.")
{
    /// <summary>Id of the source, e.g. a cluster and topic or a file.</summary>
    public string SourceId { get; } = source;

    public string Partition { get; } = partition;

    /// <summary>What the commit expected; null = no offset stored yet.</summary>
    public long? Expected { get; } = expected;

    /// <summary>What the catalog holds; null = no offset stored yet.</summary>
    public long? Stored { get; } = stored;

    private static string Text(long? offset) => offset?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "not stored";
}
