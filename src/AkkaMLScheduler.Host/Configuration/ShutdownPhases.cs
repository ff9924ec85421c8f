using System.Globalization;
using Akka.Configuration;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>
/// How long each phase of an orderly stop may take at most. The library's timeouts, the host's limit and the grace of the pods all follow
/// from this one table; most phases take no time at all, and a node that is alone in leaving is gone in a second or two.
/// </summary>
public static class ShutdownPhases
{
    /// <summary>What the process does before and after the phases: stop listening, close files, end.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);

    /// <summary>In the order in which they run, each after the one before.</summary>
    public static IReadOnlyList<(string Name, TimeSpan Limit)> All { get; } =
    [
        ("before-service-unbind", TimeSpan.FromSeconds(2)),
        ("service-unbind", TimeSpan.FromSeconds(2)),

        // Tasks that are running write their last words.
        ("service-requests-done", TimeSpan.FromSeconds(10)),
        ("service-stop", TimeSpan.FromSeconds(2)),
        ("before-cluster-shutdown", TimeSpan.FromSeconds(2)),

        // Jobs and workers of this node are handed over; what is not in time is found again by their senders' repetitions.
        ("cluster-sharding-shutdown-region", TimeSpan.FromSeconds(10)),
        ("cluster-leave", TimeSpan.FromSeconds(5)),

        // The scheduler and the projections are handed over.
        ("cluster-exiting", TimeSpan.FromSeconds(10)),
        ("cluster-exiting-done", TimeSpan.FromSeconds(5)),
        ("cluster-shutdown", TimeSpan.FromSeconds(3)),
        ("before-actor-system-terminate", TimeSpan.FromSeconds(2)),
        ("actor-system-terminate", TimeSpan.FromSeconds(7)),
    ];

    /// <summary>The table as settings of the library.</summary>
    public static string Hocon() => "akka.coordinated-shutdown.phases {\n" + string.Join('\n', All.Select(phase =>
        string.Create(CultureInfo.InvariantCulture, $"{phase.Name}.timeout = {phase.Limit.TotalSeconds}s"))) + "\n}";

    /// <summary>The longest that the phases may take under these settings, with whatever was laid over the table or added to it.</summary>
    public static TimeSpan LongestUnder(Config akka)
    {
        var phases = akka.GetConfig("akka.coordinated-shutdown.phases");
        var longest = TimeSpan.Zero;
        foreach (var name in phases.Root.GetObject().Items.Keys)
            longest += phases.GetTimeSpan($"{name}.timeout", akka.GetTimeSpan("akka.coordinated-shutdown.default-phase-timeout", TimeSpan.FromSeconds(5)));
        return longest;
    }
}
