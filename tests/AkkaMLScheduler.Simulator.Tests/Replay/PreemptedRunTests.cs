using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator.Tests;

public sealed class PreemptedRunTests
{
    private static readonly SchedulingPolicy Urgent = new("priority", "none", "best-fit", "priority");

    private static SimulationResult Run(long checkpointSeconds, EventMode events, params TraceJob[] jobs) => Simulation.Run(
        new Trace(jobs, [], 0, null), SimulatedCluster.OfProcessors(100),
        new SimulationSettings(Urgent, events) { CheckpointSeconds = checkpointSeconds });

    [Theory]
    [InlineData(EventMode.Batch)]
    [InlineData(EventMode.Each)]
    public void A_victim_stops_at_once_loses_what_came_after_its_last_checkpoint_and_does_the_rest_later(EventMode events)
    {
        var result = Run(
            30, events,
            TraceJob.OfProcessors("victim", 0, 100, 200, 60),
            TraceJob.OfProcessors("urgent", 70, 50, 50, 80) with { Priority = 5 });

        var victim = result.Jobs[0];
        Assert.Equal([new JobSpan(0, 70, "machine"), new JobSpan(120, 160, "machine")], victim.Spans!);
        Assert.Equal((0, 160, 1, 10), (victim.Start, victim.End, victim.Preemptions, victim.Lost));
        Assert.Equal((110, 50), (victim.Run, victim.Wait));
        Assert.Equal(1.6, victim.BoundedSlowdown);
        Assert.Equal((70, 120), (result.Jobs[1].Start, result.Jobs[1].End));
        Assert.Null(result.Jobs[1].Spans);
        Assert.Equal((1, 600.0), (result.Metrics.Preemptions, result.Metrics.LostUnitSeconds));
        Assert.Equal((60 * 100 + 80 * 50) / (100.0 * 160), result.Metrics.Utilisation, 1e-12);
    }

    [Fact]
    public void A_checkpoint_at_the_very_instant_loses_nothing()
    {
        var result = Run(
            35, EventMode.Batch,
            TraceJob.OfProcessors("victim", 0, 100, 100, 60), TraceJob.OfProcessors("urgent", 70, 50, 50, 80) with { Priority = 5 });
        Assert.Equal((0, 150), (result.Jobs[0].Lost, result.Jobs[0].End));
    }

    [Fact]
    public void A_checkpoint_interval_below_a_second_is_refused() =>
        Assert.Contains("1 is the least", Assert.Throws<ArgumentException>(() => Run(0, EventMode.Batch)).Message);

    [Theory]
    [InlineData(EventMode.Batch)]
    [InlineData(EventMode.Each)]
    public void Whoever_is_stopped_and_however_often_each_job_does_its_whole_work_once(EventMode events)
    {
        var preemptions = 0;
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var jobs = Enumerable.Range(0, 30).Select(index =>
                TraceJob.OfProcessors($"{index}", random.Next(100), random.Next(1, 60), 60, random.Next(1, 101))
                    with
                { Priority = random.Next(4) }).ToArray();
            var result = Run(7, events, jobs);
            Assert.Equal(jobs.Select(job => job.RunSeconds), result.Jobs.Select(job => job.Run - job.Lost));
            Assert.Equal(jobs.Sum(job => job.RunSeconds * job.Size), result.Jobs.Sum(job => (job.Run - job.Lost) * job.Size));
            Assert.All(result.Jobs, job => Assert.InRange(job.Lost, 0, 6 * job.Preemptions));
            preemptions += result.Metrics.Preemptions;
        }

        Assert.True(preemptions > 100, $"only {preemptions} preemptions: the runs show nothing");
    }
}
