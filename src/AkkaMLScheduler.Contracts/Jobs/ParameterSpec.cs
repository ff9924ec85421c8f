namespace AkkaMLScheduler.Contracts;

/// <summary>One key of a job file: of the job itself, of one of its sections, or of a workload under <c>run:</c>.</summary>
/// <param name="Name">The key.</param>
/// <param name="Kind">
/// <c>int</c>, <c>float</c>, <c>bool</c>, <c>string</c>, <c>duration</c> (<c>250ms</c>, <c>2s</c>, <c>5m</c>, <c>1h</c>), <c>cpu</c> (<c>2</c>,
/// <c>0.5</c>, <c>500m</c>), <c>memory</c> (<c>512MiB</c>), <c>tasks</c> (<c>4</c>, <c>2..4</c>), <c>list</c>, <c>map</c> or <c>section</c>.
/// </param>
/// <param name="Default">The value used when the key is absent, in the same notation as in the job file; empty where there is none.</param>
/// <param name="Doc">A sentence or two for a user, with the unit.</param>
public sealed record ParameterSpec(string Name, string Kind, string Default, string Doc)
{
    /// <summary>The smallest value allowed; for a duration in seconds, for a list or map its entries.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>The largest value allowed; for a duration in seconds, for a list or map its entries.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;

    /// <summary>It must be given.</summary>
    public bool Required { get; init; }
}
