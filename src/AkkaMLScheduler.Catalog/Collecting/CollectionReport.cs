namespace AkkaMLScheduler.Catalog;

/// <summary>What a garbage collection did, or would do.</summary>
/// <param name="Expired">Versions that were let go now; a later collection removes them after the grace.</param>
/// <param name="Rescued">Versions that were let go earlier and stay after all: they have a tag or are in use.</param>
/// <param name="Removed">Versions that can no longer be read.</param>
/// <param name="Files">Files removed from the disk.</param>
/// <param name="Bytes">Their size.</param>
public sealed record CollectionReport(
    IReadOnlyList<DatasetVersion> Expired, IReadOnlyList<DatasetVersion> Rescued, IReadOnlyList<DatasetVersion> Removed, IReadOnlyList<string> Files, long Bytes);
