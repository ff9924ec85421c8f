namespace AkkaMLScheduler.Host.Pipelines;

/// <summary>How pipelines run on a cluster.</summary>
/// <param name="Slots">Daemon processes over all members with the ingest role.</param>
/// <param name="Look">How often each looks for what was applied, and its instances tell how they do.</param>
public sealed record PipelineSettings(int Slots, TimeSpan Look)
{
    public const int MaxSlots = 1_000;

    public static readonly TimeSpan ShortestLook = TimeSpan.FromMilliseconds(100);
}
