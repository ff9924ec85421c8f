namespace AkkaMLScheduler.Catalog;

/// <summary>Another writer took the snapshot id; the whole transaction is tried again with the next one.</summary>
internal sealed class SnapshotConflictException(Exception inner) : Exception("another writer committed first", inner);
