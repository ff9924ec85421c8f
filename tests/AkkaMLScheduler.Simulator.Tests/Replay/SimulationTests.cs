using System.Text.Json;
using AkkaMLScheduler.Scheduling;
using FsCheck.Xunit;

namespace AkkaMLScheduler.Simulator.Tests;

public sealed class SimulationTests
{
    private static readonly SchedulingPolicy Fifo = new("fifo", "none", "best-fit", "none");

    private static Trace TraceOf(params TraceJob[] jobs) => new(jobs, [], 0, null);

    private static SimulationResult Run(Trace trace, EventMode events = EventMode.Batch, string order = "fifo") =>
        Simulation.Run(trace, SimulatedCluster.OfProcessors(100), new SimulationSettings(Fifo with { Order = order }, events));

    private static Trace RandomTrace(int seed)
    {
        var random = new Random(seed);
        return TraceOf([.. Enumerable.Range(0, random.Next(1, 40)).Select(index =>
            TraceJob.OfProcessors($"{index}", random.Next(60), random.Next(1, 30), 30, random.Next(1, 101))
                with
            { Priority = random.Next(3) })]);
    }

    [Fact]
    public void The_metrics_are_those_worked_out_by_hand()
    {
        // The second waits 100 s for the first; the third, 2 s long, waits 150 s behind the second.
        var result = Run(TraceOf(
            TraceJob.OfProcessors("a", 0, 100, 100, 60),
            TraceJob.OfProcessors("b", 0, 50, 50, 80),
            TraceJob.OfProcessors("c", 0, 2, 2, 30)));
        Assert.Equal([(0L, 100L), (100L, 150L), (150L, 152L)], result.Jobs.Select(job => (job.Start, job.End)));
        var metrics = result.Metrics;
        Assert.Equal(3, metrics.Jobs);
        Assert.Equal(152, metrics.MakespanSeconds);
        Assert.Equal((6000 + 4000 + 60) / 15200.0, metrics.Utilisation, 1e-12);
        Assert.Equal(250 / 3.0, metrics.WaitMeanSeconds, 1e-12);
        Assert.Equal(100, metrics.WaitP50Seconds);
        Assert.Equal(145, metrics.WaitP95Seconds, 1e-12);
        Assert.Equal(150, metrics.WaitMaxSeconds);
        Assert.Equal((1 + 3 + 15.2) / 3, metrics.SlowdownMean, 1e-12);
        Assert.Equal(15.2, metrics.SlowdownMax, 1e-12);
        Assert.Equal(402 / 3.0, metrics.CompletionMeanSeconds, 1e-12);
    }

    [Fact]
    public void The_metrics_have_their_names_in_json()
    {
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(Run(RandomTrace(1)).Metrics));
        Assert.Equal(
            [
                "jobs", "jobs_never_ran", "malformed_lines", "makespan_s", "utilisation", "wait_mean_s", "wait_p50_s", "wait_p95_s",
                "wait_p99_s", "wait_max_s", "bsld_mean", "bsld_p95", "bsld_max", "jct_mean_s", "jct_p50_s", "jct_p95_s", "jct_p99_s",
                "preemptions", "lost_gpu_s", "fragmentation", "allocation_rate", "finish_time_fairness_mean", "finish_time_fairness_max",
                "finish_time_unfair", "jain_index", "decisions_per_s", "cycle_p99_ms", "wall_s",
            ],
            json.RootElement.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public void A_job_larger_than_the_machine_never_runs_and_holds_nobody_up()
    {
        var result = Run(TraceOf(TraceJob.OfProcessors("huge", 0, 10, 10, 101), TraceJob.OfProcessors("small", 1, 10, 10, 1)));
        Assert.Equal(["huge"], result.NeverRan);
        Assert.Equal(1, Assert.Single(result.Jobs).Start);
        Assert.Equal(1, result.Metrics.JobsNeverRan);
    }

    [Fact]
    public void Under_priority_the_urgent_job_goes_first()
    {
        var trace = TraceOf(
            TraceJob.OfProcessors("running", 0, 10, 10, 100), TraceJob.OfProcessors("old", 1, 10, 10, 100),
            TraceJob.OfProcessors("urgent", 2, 10, 10, 100) with { Priority = 1 });
        Assert.Equal([0L, 20, 10], Run(trace, order: "priority").Jobs.Select(job => job.Start));
        Assert.Equal([0L, 10, 20], Run(trace, order: "fifo").Jobs.Select(job => job.Start));
    }

    [Fact]
    public void Jobs_with_the_same_label_are_different_jobs()
    {
        var job = TraceJob.OfProcessors("same", 0, 10, 10, 60);
        Assert.Equal([0L, 10], Run(TraceOf(job, job)).Jobs.Select(outcome => outcome.Start));
    }

    [Fact]
    public void Gangs_run_over_several_nodes()
    {
        NodeCapacity Node(string name) => new(name, "1", new Resources(1000, 0, 2_000), NodeCapacity.NoLabels);
        var gang = new TraceJob("gang", 0, 10, 10, 3, new Resources(0, 0, 1_000), 3);
        var result = Simulation.Run(
            TraceOf(gang, gang with { Job = "next" }), new SimulatedCluster([Node("a"), Node("b")], 4), new SimulationSettings(Fifo));
        using var csv = new StringWriter();
        result.WriteJobs(csv);
        Assert.Equal("job,submit,start,end,wait,size,node\ngang,0,0,10,0,3,a+b\nnext,0,10,20,10,3,a+b\n", csv.ToString());
    }

    [Fact]
    public void An_unknown_policy_is_refused()
    {
        var settings = new SimulationSettings(Fifo with { Order = "lifo" });
        Assert.Throws<UnknownPolicyException>(() => Simulation.Run(RandomTrace(1), SimulatedCluster.OfProcessors(1), settings));
    }

    [Property(MaxTest = 1_000, Replay = "(20261124,7)")]
    public void A_run_repeated_gives_the_same_outcomes(int seed)
    {
        foreach (var events in Enum.GetValues<EventMode>())
            Assert.Equal(Run(RandomTrace(seed), events).Jobs, Run(RandomTrace(seed), events).Jobs);
    }

    [Property(MaxTest = 1_000, Replay = "(20261124,9)")]
    public void The_machine_is_never_fuller_than_full_and_all_work_is_done(int seed)
    {
        var trace = RandomTrace(seed);
        foreach (var order in new[] { "fifo", "priority" })
        {
            var jobs = Run(trace, order: order).Jobs;
            Assert.Equal(trace.Jobs.Sum(job => job.Size * job.RunSeconds), jobs.Sum(job => job.Size * job.Run));
            foreach (var instant in jobs.Select(job => job.Start))
                Assert.InRange(jobs.Where(job => job.Start <= instant && instant < job.End).Sum(job => job.Size), 1, 100);
            Assert.All(jobs, job => Assert.True(job.Start >= job.Submit));
        }
    }

    [Property(MaxTest = 1_000, Replay = "(20261124,11)")]
    public void Under_fifo_starts_never_decrease_in_the_order_of_submission(int seed)
    {
        foreach (var events in Enum.GetValues<EventMode>())
        {
            var starts = Run(RandomTrace(seed), events).Jobs.OrderBy(job => job.Submit).Select(job => job.Start).ToList();
            Assert.Equal(starts.Order(), starts);
        }
    }
}
