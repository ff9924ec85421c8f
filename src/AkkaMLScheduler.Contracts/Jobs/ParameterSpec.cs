namespace AkkaMLScheduler.Workloads;

/// <summary>One parameter of a workload, as a job file may set it under <c>run:</c>.</summary>
/// <param name="Name">The key in the job file.</param>
/// <param name="Kind"><c>int</c>, <c>float</c>, <c>string</c>, <c>duration</c> (<c>250ms</c>, <c>2s</c>, <c>5m</c>, <c>1h</c>), <c>list</c> or <c>map</c>.</param>
/// <param name="Default">The value used when the key is absent, in the same notation as in the job file.</param>
/// <param name="Doc">One sentence for a user, with the unit.</param>
public sealed record ParameterSpec(string Name, string Kind, string Default, string Doc)
{
    /// <summary>The smallest value allowed; for a duration in seconds, for a list or map its entries.</summary>
    public double Minimum { get; init; } = double.NegativeInfinity;

    /// <summary>The largest value allowed; for a duration in seconds, for a list or map its entries.</summary>
    public double Maximum { get; init; } = double.PositiveInfinity;
}
