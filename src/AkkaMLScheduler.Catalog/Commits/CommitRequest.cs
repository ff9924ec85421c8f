namespace AkkaMLScheduler.Catalog;

/// <summary>What one transaction stores: all of it or nothing.</summary>
/// <param name="Changes">At most one per dataset, applied in order.</param>
/// <param name="Offsets">At most one per source and partition.</param>
public sealed record CommitRequest(IReadOnlyList<DatasetChange> Changes, IReadOnlyList<OffsetAdvance> Offsets);
