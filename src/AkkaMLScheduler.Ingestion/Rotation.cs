namespace AkkaMLScheduler.Ingestion;

/// <summary>
/// When what is open is finished and committed: at whichever bound is reached first, and at the end of the source. Up to a row group
/// (16 MiB of records) that is one file; of more, two are written side by side.
/// </summary>
/// <param name="Rows">Rows in a commit; passed by at most one batch of the source.</param>
/// <param name="Bytes">Undecoded bytes of the records in a commit; passed by at most one batch.</param>
/// <param name="Age">Time since its first record.</param>
/// <param name="Idle">Time without a new record. With a bounded producer behind the source this must come soon: it waits for commits.</param>
public sealed record Rotation(long Rows, long Bytes, TimeSpan Age, TimeSpan Idle)
{
    /// <summary>128 MiB, 5 minutes, 60 s idle, no bound on rows.</summary>
    public static Rotation Default { get; } = new(long.MaxValue, 128L * 1024 * 1024, TimeSpan.FromMinutes(5), TimeSpan.FromSeconds(60));

    /// <summary>For small data that should be seen soon, and for brokers that keep little: 1 MiB, 2 s, 0.2 s idle.</summary>
    public static Rotation Prompt { get; } = new(long.MaxValue, 1024 * 1024, TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(200));
}
