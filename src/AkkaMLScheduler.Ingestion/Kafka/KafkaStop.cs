namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>Where a Kafka source ends.</summary>
public abstract record KafkaStop
{
    private KafkaStop() { }

    /// <summary>Runs until drained by <see cref="KafkaControl.DrainAndStop"/>.</summary>
    public static KafkaStop Never { get; } = new Unbounded();

    /// <summary>Ends where each partition's log ended when the source started.</summary>
    public static KafkaStop AtLogEnd { get; } = new LogEnd();

    /// <summary>Ends each partition just before the given offset; every assigned partition must be listed.</summary>
    public static KafkaStop Before(IReadOnlyDictionary<int, long> ends) => new Offsets(ends);

    internal sealed record Unbounded : KafkaStop;

    internal sealed record LogEnd : KafkaStop;

    internal sealed record Offsets(IReadOnlyDictionary<int, long> Ends) : KafkaStop;
}
