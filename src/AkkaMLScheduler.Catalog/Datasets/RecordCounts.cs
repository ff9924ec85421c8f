namespace AkkaMLScheduler.Catalog;

/// <summary>What became of the records of a step. Every record read has exactly one fate.</summary>
/// <param name="Read">Records that came in.</param>
/// <param name="Accepted">Records in the dataset.</param>
/// <param name="Rejected">Records that failed; they are in the rejects dataset with the reason.</param>
/// <param name="Filtered">Records left out by a stated rule, e.g. blank lines.</param>
/// <param name="Duplicates">Records left out because an equal one was kept.</param>
public sealed record RecordCounts(long Read, long Accepted, long Rejected, long Filtered, long Duplicates)
{
    public static RecordCounts None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>Whether <see cref="Read"/> is the sum of the four fates and none is negative.</summary>
    public bool AddUp =>
        Accepted >= 0 && Rejected >= 0 && Filtered >= 0 && Duplicates >= 0 && Read == Accepted + Rejected + Filtered + Duplicates;

    public static RecordCounts operator +(RecordCounts left, RecordCounts right) => new(
        left.Read + right.Read,
        left.Accepted + right.Accepted,
        left.Rejected + right.Rejected,
        left.Filtered + right.Filtered,
        left.Duplicates + right.Duplicates);
}
