namespace AkkaMLScheduler.Simulator;

/// <summary>What a run measured while it went on; the rest of its figures follow from the outcomes.</summary>
internal sealed record RunFigures(TimeSpan Wall, LatencyHistogram Passes)
{
    public required int Decisions { get; init; }

    public required double Fragmentation { get; init; }

    public required double AllocationRate { get; init; }

    public double UsersMean { get; init; } = 1;

    public double Jain { get; init; } = 1;
}
