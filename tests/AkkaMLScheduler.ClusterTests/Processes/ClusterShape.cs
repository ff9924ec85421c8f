namespace AkkaMLScheduler.ClusterTests.Processes;

/// <summary>What kind of cluster to start.</summary>
internal sealed record ClusterShape
{
    /// <summary>Odd: of two, the one of the higher address could not go on without the other (keep-majority).</summary>
    public int Schedulers { get; init; } = 3;

    public int Workers { get; init; } = 2;

    /// <summary>GPU slots that each worker pretends.</summary>
    public int Gpus { get; init; } = 2;

    /// <summary>HOCON laid over the settings of every node.</summary>
    public string Settings { get; init; } = "";

    /// <summary>Whether the nodes reach each other through proxies, so that one can be cut off.</summary>
    public bool CanBeCut { get; init; }
}
