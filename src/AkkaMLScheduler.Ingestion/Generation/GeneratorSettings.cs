namespace AkkaMLScheduler.Ingestion.Generation;

/// <summary>What <see cref="RecordGenerator"/> makes. Equal settings give equal bytes.</summary>
/// <param name="Seed">Any number.</param>
public sealed record GeneratorSettings(ulong Seed)
{
    /// <summary>Records over all routes.</summary>
    public int Records { get; init; } = 20_000;

    /// <summary>Share of records that repeat an earlier one, id and text; met exactly up to rounding.</summary>
    public double DuplicateShare { get; init; } = 0.05;

    /// <summary>Share of records that no decoder can accept; met exactly up to rounding.</summary>
    public double MalformedShare { get; init; } = 0.01;
}
