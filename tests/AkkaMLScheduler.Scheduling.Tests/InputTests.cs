using static AkkaMLScheduler.Scheduling.Tests.Given;

namespace AkkaMLScheduler.Scheduling.Tests;

public sealed class InputTests
{
    [Fact]
    public void A_queued_attempt_told_twice_waits_once()
    {
        var core = Cluster(Fifo, Node("n")).With(Job("job"));
        Assert.False(core.Apply(new JobQueued(At(1), Job("job"))).Changed);
        Assert.Single(core.Pending());
        core.Step(1);
        Assert.False(core.Apply(new JobQueued(At(2), Job("job"))).Changed);
        core.End("job");
        Assert.False(core.Apply(new JobQueued(At(3), Job("job"))).Changed);
        Assert.Empty(core.Pending());
    }

    [Fact]
    public void The_end_of_an_unknown_attempt_changes_nothing()
    {
        var core = Cluster(Fifo, Node("n")).With(Job("job", attempt: 2));
        core.Step();
        var before = core.Export();
        var result = core.Apply(new JobEnded(Start, "job", 1));
        Assert.False(result.Changed);
        Assert.Equal("job#1 neither waits nor runs", result.Ignored);
        Assert.False(core.End("other"));
        Assert.Equal(before, core.Export());
    }

    [Fact]
    public void The_end_of_a_waiting_attempt_withdraws_it()
    {
        var core = Cluster(Fifo, Node("n")).With(Job("job"));
        Assert.True(core.End("job"));
        Assert.Empty(core.Step().Starts);
        Assert.False(core.End("job"));
    }

    [Fact]
    public void A_lower_attempt_than_the_known_one_is_ignored()
    {
        var core = Cluster(Fifo, Node("n")).With(Job("job", attempt: 3));
        Assert.False(core.Apply(new JobQueued(Start, Job("job", attempt: 2))).Changed);
        Assert.Equal(3, core.PendingOf("job")!.Attempt);
    }

    [Fact]
    public void A_higher_attempt_waits_until_the_running_one_has_ended()
    {
        var core = Cluster(Fifo, Node("n")).With(Job("job"));
        core.Step();
        core.With(Job("job", attempt: 2), Job("other", submitted: 1));
        var plan = core.Step(1);
        Assert.Equal(["other"], plan.Started());
        Assert.Equal(PendingReason.PreviousAttempt, plan.Unschedulable.ReasonOf("job"));
        Assert.True(core.End("job", attempt: 1));
        Assert.Equal(2, Assert.Single(core.Step(2).Starts).Attempt);
    }

    [Fact]
    public void A_request_that_makes_no_sense_is_ignored_with_its_problem()
    {
        var core = Cluster(Fifo, Node("n"));
        var result = core.Apply(new JobQueued(Start, Job("job", tasks: 0)));
        Assert.False(result.Changed);
        Assert.Equal("job job asks for 0 tasks; 1 to 65536 are possible", result.Ignored);
        Assert.False(core.Apply(new NodeUp(Start, Node("bad", cpus: -1))).Changed);
        Assert.Equal(1, core.NodeCount);
    }

    [Fact]
    public void A_plan_cannot_be_committed_twice()
    {
        var core = Cluster(Fifo, Node("n")).With(Job("job"));
        var plan = core.Step();
        Assert.Throws<DecisionMismatchException>(() => core.Commit(plan));
    }

    [Fact]
    public void A_decision_that_overlaps_what_is_held_is_refused()
    {
        var core = Cluster(Fifo, Node("n", gpus: 2)).With(Job("a", gpus: 1), Job("b", gpus: 1));
        core.Commit(Only(new StartDecision("a", 1, [new Placement("n", "1", 0, [1])])));
        Assert.Throws<DecisionMismatchException>(
            () => core.Commit(Only(new StartDecision("b", 1, [new Placement("n", "1", 0, [1])]))));
        Assert.Equal(1000, core.Nodes().Single().Free.MilliGpu);

        static Plan Only(StartDecision start) => new(Start, [start], [], [], []);
    }

    [Fact]
    public void Planning_changes_nothing()
    {
        var core = Cluster(Evicting, Node("n", gpus: 2)).With(Job("low", gpus: 2));
        core.Step();
        core.With(Job("high", gpus: 1, priority: 1), Job("next", cpus: 1));
        var before = core.Export();
        var first = core.Plan(At(1));
        Assert.Equal(first, core.Plan(At(1)));
        Assert.Equal(["low"], first.Preempted());
        Assert.Equal(before, core.Export());
    }

    [Fact]
    public void A_node_that_leaves_is_not_placed_on_and_gives_back_what_it_runs_until_it_comes_again()
    {
        var core = Cluster(Fifo, Node("n")).With(Job("job"));
        core.Step();
        Assert.True(core.Apply(new NodeLeaving(At(1), "n", Node("n").Incarnation)).Changed);
        Assert.False(core.Apply(new NodeLeaving(At(1), "n", Node("n").Incarnation)).Changed);
        Assert.False(core.Apply(new NodeLeaving(At(1), "n", "another life")).Changed);

        var copy = SchedulerCore.Import(core.Export());
        Assert.Equal([new PreemptDecision("job", 1, null)], copy.Plan(At(2)).Preempts);
        Assert.Equal([new PreemptDecision("job", 1, null)], core.Step(2).Preempts);
        core.End("job");
        core.With(Job("job", attempt: 2));
        Assert.Empty(core.Step(3).Starts);
        core.Apply(new NodeUncordoned(At(4), "n"));
        Assert.Empty(core.Step(4).Starts);

        core.Apply(new NodeUp(At(5), Node("n") with { Incarnation = "next" }));
        Assert.Single(core.Step(5).Starts);
    }
}
