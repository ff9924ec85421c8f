namespace AkkaMLScheduler.Catalog;

/// <summary>What a commit made.</summary>
/// <param name="Versions">One per change, in their order.</param>
/// <param name="SnapshotId">The DuckLake snapshot of the commit.</param>
public sealed record CommitResult(IReadOnlyList<DatasetVersion> Versions, long SnapshotId);
