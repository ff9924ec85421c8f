namespace AkkaMLScheduler.Scheduling.Explaining;

/// <summary>When pending jobs will start if every estimate is exact and nothing else happens.</summary>
/// <param name="Starts">By job id. A job is missing when it waits for one without an estimate, is held, can never run, or lies beyond the limit.</param>
/// <param name="ReachedLimit">The forecast was cut off after <see cref="MaxInstants"/>.</param>
public sealed record Forecast(IReadOnlyDictionary<string, DateTimeOffset> Starts, bool ReachedLimit)
{
    /// <summary>A forecast looks at so many instants at most.</summary>
    public const int MaxInstants = 20_000;
}
