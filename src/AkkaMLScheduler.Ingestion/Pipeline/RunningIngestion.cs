namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>A pipeline that is running.</summary>
/// <param name="drain">Has it take in no more.</param>
/// <param name="lag">Partition → records that are there and not committed.</param>
/// <param name="completion">Its end.</param>
public sealed class RunningIngestion(Action drain, Func<IReadOnlyDictionary<int, long>> lag, Task<IngestionReport> completion)
{
    internal static readonly Func<IReadOnlyDictionary<int, long>> NoLag = static () => new Dictionary<int, long>();

    /// <summary>Its report at the end, or why it stopped.</summary>
    public Task<IngestionReport> Completion => completion;

    /// <summary>By partition, how many records are there that are not committed yet; empty for a source that has no log.</summary>
    public IReadOnlyDictionary<int, long> Lag => lag();

    /// <summary>Takes in no more; what was read is still written and committed, then it completes. May be called more than once.</summary>
    public void Drain() => drain();
}
