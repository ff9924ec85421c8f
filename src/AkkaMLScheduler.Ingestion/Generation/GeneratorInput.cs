namespace AkkaMLScheduler.Ingestion.Generation;

/// <summary>The generator as input of a pipeline.</summary>
/// <param name="Settings">Seed and shares; <see cref="GeneratorSettings.Records"/> does not count here.</param>
public sealed record GeneratorInput(GeneratorSettings Settings)
{
    /// <summary>The most records per second.</summary>
    public const double MostPerSecond = 1e9;

    /// <summary>Records in all; null = until drained.</summary>
    public long? Records { get; init; }

    /// <summary>Records per second; null = as fast as they are taken.</summary>
    public double? PerSecond { get; init; }

    /// <summary>Id in rows and offsets: the same settings are the same source.</summary>
    internal string Uri => FormattableString.Invariant($"generate://{Settings.Seed}");

    /// <summary>What must stay the same under that id.</summary>
    internal string Shares => FormattableString.Invariant($"{Settings.DuplicateShare:R}/{Settings.MalformedShare:R}");

    /// <exception cref="IngestionException">A number is out of range.</exception>
    internal void Validate()
    {
        if (Settings is { DuplicateShare: < 0 } or { MalformedShare: < 0 } || Settings.DuplicateShare + Settings.MalformedShare > 0.9)
            throw new IngestionException("The generator's shares of duplicates and of malformed records must be 0 or more, and at most 0.9 together.");
        if (Records is < 1)
            throw new IngestionException($"The generator is to make {Records} records; at least 1 is possible.");
        if (PerSecond is { } rate && (!double.IsFinite(rate) || rate is < 0.001 or > MostPerSecond))
            throw new IngestionException($"The generator is to make {rate} records per second; 0.001 to {MostPerSecond:N0} are possible.");
    }
}
