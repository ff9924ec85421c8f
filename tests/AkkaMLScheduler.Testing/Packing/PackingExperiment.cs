using System.Diagnostics;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Testing.Packing;

/// <summary>
/// The packing experiment of Weng et al. (USENIX ATC 2023): pods arrive one by one in a random order, drawn again with replacement once
/// the trace is used up; none departs, and one that does not fit is dropped; until the GPU demand that has arrived is 130 % of the cluster's.
/// </summary>
public static class PackingExperiment
{
    private const double Load = 1.3;
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="trace">Nodes and pods.</param>
    /// <param name="placement">The placement policy.</param>
    /// <param name="seed">Decides the order of pods.</param>
    /// <param name="isTold">True: the trace's asks are the typical tasks; false: they are learned as the pods come.</param>
    public static PackingOutcome Run(PackingTrace trace, string placement, int seed, bool isTold = true)
    {
        var core = new SchedulerCore(new SchedulingPolicy("fifo", "none", placement, "none"));
        foreach (var node in trace.Nodes) core.Apply(new NodeUp(Start, node));
        if (isTold) core.Apply(new TypicalTasksChanged(Start, trace.Typical));
        var random = new Random(seed);
        var order = trace.Pods.ToArray();
        random.Shuffle(order);
        var clock = Stopwatch.StartNew();
        long arrived = 0, allocated = 0;
        int pods = 0, failed = 0;
        while (arrived < Load * trace.MilliGpu)
        {
            var ask = pods < order.Length ? order[pods] : order[random.Next(order.Length)];
            var (now, job) = (Start.AddSeconds(pods), $"pod-{pods}");
            pods++;
            arrived += ask.MilliGpu;
            core.Apply(new JobQueued(now, new JobRequest(job, 1, "default", 0, 1, ask, now, now)));
            var plan = core.Plan(now);
            core.Commit(plan);
            if (plan.Starts.Count == 1)
            {
                allocated += ask.MilliGpu;
                continue;
            }

            failed++;
            core.Apply(new JobEnded(now, job, 1, JobVerdict.Cancelled));
        }

        return new PackingOutcome(100.0 * allocated / trace.MilliGpu, pods, failed, clock.Elapsed, core.Fragmentation());
    }
}

/// <summary>What came of one experiment.</summary>
/// <param name="AllocationPercent">GPU thousandths held at the end, of all there are.</param>
/// <param name="Pods">How many arrived; each is one decision.</param>
/// <param name="Failed">How many of them did not fit when they arrived.</param>
/// <param name="Wall">From the first arrival to the end.</param>
/// <param name="Fragmentation">At the end.</param>
public sealed record PackingOutcome(double AllocationPercent, int Pods, int Failed, TimeSpan Wall, Fragmentation Fragmentation);
