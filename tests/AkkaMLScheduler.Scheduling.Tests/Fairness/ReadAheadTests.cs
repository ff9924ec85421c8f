using static AkkaMLScheduler.Scheduling.Tests.Fairness.Sharing;

namespace AkkaMLScheduler.Scheduling.Tests.Fairness;

/// <summary>Where the order is read before anything starts, each job read counts as started.</summary>
public sealed class ReadAheadTests
{
    [Fact]
    public void Pending_jobs_are_listed_as_they_would_be_served_with_room_for_all()
    {
        var core = Cluster(Amount(9, 18)).Wants("a", 3, Amount(1, 4)).Wants("b", 3, Amount(3, 1));
        Assert.Equal(["a", "b", "a", "b", "a", "b"], core.Pending().Select(job => job.Queue));
    }

    [Fact]
    public void Conservative_promises_are_dealt_out_fairly()
    {
        var core = Cluster(Fair with { Backfill = "conservative" }, Amount(4, 0));
        core.With(Job("first", "c", 4, 50)).Step();
        for (var i = 0; i < 4; i++) core.With(Job($"a{i}", "a", 1, 100));
        for (var i = 0; i < 4; i++) core.With(Job($"b{i}", "b", 1, 100));
        core.Step(1);
        string[] soon = [.. core.Pending().Select(job => job.Job).Where(job => core.ReservationOf(job)!.StartsAt == Given.At(50)).Order()];
        Assert.Equal(["a0", "a1", "b0", "b1"], soon);
    }

    [Fact]
    public void A_job_that_can_never_start_does_not_count_as_started()
    {
        var core = Cluster(Fair with { Backfill = "conservative" }, Amount(4, 0));
        core.With(Job("a0", "a", 9, 100), Job("a1", "a", 4, 100), Job("b0", "b", 4, 100));
        Assert.Equal(["a1"], core.Step().Started());
    }

    private static JobRequest Job(string job, string queue, int cpus, double estimate) => Given.Job(job, cpus: cpus, estimate: estimate) with { Queue = queue };
}
