using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator.Tests;

/// <summary>What must hold whatever the policy: every combination of the names there are, on random clusters and traces.</summary>
public sealed class EveryPolicyTests
{
    private const int SeedsPerPolicy = 6;

    public static TheoryData<string, string, string> Combinations
    {
        get
        {
            var all = new TheoryData<string, string, string>();
            foreach (var order in PolicyRegistry.Orders)
                foreach (var backfill in PolicyRegistry.Backfills)
                    foreach (var preemption in PolicyRegistry.Preemptions)
                        all.Add(order, backfill, preemption);
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void All_work_is_done_once_and_no_instant_holds_more_than_the_cluster(string order, string backfill, string preemption)
    {
        foreach (var (trace, cluster, settings) in Runs(order, backfill, preemption))
        {
            var result = Simulation.Run(trace, cluster, settings);
            Assert.Equal(trace.Jobs.Where(Fits).Select(job => (job.Job, job.RunSeconds)), result.Jobs.Select(job => (job.Job, job.Run - job.Lost)));
            Assert.Equal(trace.Jobs.Where(job => !Fits(job)).Select(job => job.Job), result.NeverRan);
            Assert.All(result.Jobs, job => Assert.True(job.Start >= job.Submit && job.Wait >= 0, $"{job.Job} started before it came"));
            foreach (var instant in result.Jobs.SelectMany(Spans).Select(span => span.Span.Start).Distinct())
                Assert.InRange(
                    result.Jobs.SelectMany(Spans).Where(one => one.Span.Start <= instant && instant < one.Span.End).Sum(one => one.Size), 0, cluster.Size);
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public void A_run_repeated_gives_the_same_outcomes(string order, string backfill, string preemption)
    {
        foreach (var (trace, cluster, settings) in Runs(order, backfill, preemption))
            Assert.Equal(Told(Simulation.Run(trace, cluster, settings)), Told(Simulation.Run(trace, cluster, settings)));
    }

    private static string Told(SimulationResult result)
    {
        using var csv = new StringWriter();
        result.WriteJobs(csv);
        foreach (var job in result.Jobs) csv.WriteLine($"{job.Job} {string.Join(';', job.Spans ?? [])} {job.Lost}");
        return csv.ToString();
    }

    private static IEnumerable<(JobSpan Span, double Size)> Spans(JobOutcome job) =>
        (job.Spans ?? [new JobSpan(job.Start, job.End, job.Node)]).Select(span => (span, job.Size));

    private static bool Fits(TraceJob job) => job.Size <= 16;

    private static IEnumerable<(Trace Trace, SimulatedCluster Cluster, SimulationSettings Settings)> Runs(string order, string backfill, string preemption)
    {
        foreach (var placement in PolicyRegistry.Placements)
            foreach (var events in Enum.GetValues<EventMode>())
                for (var seed = 0; seed < SeedsPerPolicy; seed++)
                {
                    var random = new Random(seed);
                    var cluster = SimulatedCluster.Of(ClusterShape.Parse("2x4gpu,rack1+1x8gpu,rack1"), TraceUnit.Gpus);
                    var jobs = Enumerable.Range(0, 40).Select(index =>
                    {
                        var run = random.Next(1, 60);
                        return TraceJob.OfGpus($"{index}", random.Next(150), run, 1_000 * Gpus(random)) with
                        {
                            EstimateSeconds = run * random.Next(1, 4),
                            Priority = random.Next(3),
                            User = $"user-{random.Next(4)}",
                        };
                    });
                    var trace = cluster.Divide(new Trace([.. jobs], [], 0, null) { Format = TraceFormat.Philly });
                    var policy = new SchedulingPolicy(order, backfill, placement, preemption);
                    yield return (trace, cluster, new SimulationSettings(policy, events) { CheckpointSeconds = 10 });
                }
    }

    /// <summary>Sizes that the cluster of 4 + 4 + 8 can always hold once it is empty, and now and then one that it cannot.</summary>
    private static int Gpus(Random random) => random.Next(20) == 0 ? 32 : 1 << random.Next(0, 4);
}
