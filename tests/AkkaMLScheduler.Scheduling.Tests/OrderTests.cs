using static AkkaMLScheduler.Scheduling.Tests.Given;

namespace AkkaMLScheduler.Scheduling.Tests;

public sealed class OrderTests
{
    [Fact]
    public void Fifo_starts_the_first_submitted_whatever_arrived_first()
    {
        var core = Cluster(Fifo, Node("n", cpus: 1)).With(Job("late", submitted: 2, priority: 9), Job("early", submitted: 1));
        Assert.Equal(["early"], core.Step(3).Started());
    }

    [Fact]
    public void Fifo_breaks_ties_by_arrival()
    {
        var core = Cluster(Fifo, Node("n", cpus: 2)).With(Job("z"), Job("a"), Job("b"));
        Assert.Equal(["z", "a"], core.Step().Started());
    }

    [Fact]
    public void Priority_goes_before_age()
    {
        var core = Cluster(Given.ByPriority, Node("n", cpus: 1)).With(Job("old"), Job("urgent", priority: 1, submitted: 5));
        Assert.Equal(["urgent"], core.Step(6).Started());
    }

    [Fact]
    public void A_blocked_head_blocks_those_behind_it()
    {
        var core = Cluster(Fifo, Node("n", cpus: 4)).With(Job("running", cpus: 2));
        core.Step();
        core.With(Job("head", cpus: 4, submitted: 1), Job("small", submitted: 2));
        var plan = core.Plan(At(3));
        Assert.Empty(plan.Starts);
        Assert.Equal(PendingReason.Resources, plan.Unschedulable.ReasonOf("head"));
        Assert.Equal(PendingReason.Priority, core.Explain(At(3)).ReasonOf("small"));
    }

    [Fact]
    public void A_job_that_can_never_run_does_not_block()
    {
        var core = Cluster(Fifo, Node("n", cpus: 4)).With(Job("huge", cpus: 5), Job("small", submitted: 1));
        var plan = core.Step(1);
        Assert.Equal(["small"], plan.Started());
        Assert.Equal(PendingReason.InfeasibleNever, plan.Unschedulable.ReasonOf("huge"));
    }

    [Fact]
    public void A_job_that_could_never_run_starts_once_a_large_enough_node_comes()
    {
        var core = Cluster(Fifo, Node("n", cpus: 4)).With(Job("huge", cpus: 5));
        Assert.Empty(core.Step().Starts);
        core.Apply(new NodeUp(At(1), Node("large", cpus: 8)));
        Assert.Equal(["large"], core.Step(1).NodesOf("huge"));
    }

    [Fact]
    public void A_job_in_backoff_neither_starts_nor_blocks_until_it_is_eligible()
    {
        var core = Cluster(Fifo, Node("n", cpus: 1)).With(Job("retry", eligible: 10), Job("next", submitted: 1));
        Assert.Equal(At(10), core.NextWake(At(1)));
        var plan = core.Step(1);
        Assert.Equal(["next"], plan.Started());
        Assert.Equal(PendingReason.RetryBackoff, core.Explain(At(1)).ReasonOf("retry"));
        core.End("next", seconds: 9);
        Assert.Empty(core.Step(9.999).Starts);
        Assert.Equal(["retry"], core.Step(10).Started());
        Assert.Null(core.NextWake(At(10)));
    }

    [Fact]
    public void A_changed_policy_reorders_the_queue()
    {
        var core = Cluster(Fifo, Node("n", cpus: 1)).With(Job("old"), Job("urgent", priority: 1, submitted: 5));
        Assert.Equal(["old"], core.Plan(At(6)).Started());
        Assert.True(core.Apply(new PolicyChanged(At(6), Given.ByPriority)).Changed);
        Assert.Equal(["urgent"], core.Plan(At(6)).Started());
    }

    [Theory]
    [InlineData("lifo", "none", "best-fit", "none", "There is no order policy \"lifo\". Choose one of: drf, fifo, priority, sjf.")]
    [InlineData("fifo", "x", "best-fit", "none", "There is no backfill policy \"x\". Choose one of: conservative, easy, none.")]
    [InlineData("fifo", "none", "", "none", "There is no placement policy \"\". Choose one of: best-fit, fgd, random, spread.")]
    [InlineData("fifo", "none", "best-fit", "all", "There is no preemption policy \"all\". Choose one of: fair-share, none, priority.")]
    public void An_unknown_policy_is_refused_with_the_names_there_are(
        string order, string backfill, string placement, string preemption, string message)
    {
        var refused = Assert.Throws<UnknownPolicyException>(
            () => new SchedulerCore(new SchedulingPolicy(order, backfill, placement, preemption)));
        Assert.Equal(message, refused.Message);
    }
}
