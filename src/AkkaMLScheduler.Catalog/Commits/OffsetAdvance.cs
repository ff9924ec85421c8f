namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Moves a source's offset in the transaction that stores its records: compare-and-set, so a record lands once however often it
/// is read.
/// </summary>
/// <param name="Source">Id of the source, e.g. <c>kafka://cluster/topic</c> or a file's identity.</param>
/// <param name="Partition">Partition, e.g. <c>0</c>; empty for a source without.</param>
/// <param name="Expected">The offset that must be stored now; null = none yet.</param>
/// <param name="Next">The first offset not yet committed. Never smaller than <paramref name="Expected"/>.</param>
public sealed record OffsetAdvance(string Source, string Partition, long? Expected, long Next)
{
    /// <summary>The writer's epoch, see <see cref="SourceClaim"/>: the commit is refused once another has claimed the partition. Null = no claim.</summary>
    public long? Epoch { get; init; }
}
