using static AkkaMLScheduler.Scheduling.Tests.Given;

namespace AkkaMLScheduler.Scheduling.Tests;

public sealed class PreemptionTests
{
    [Fact]
    public void A_victim_keeps_its_place_until_it_ends_and_then_the_beneficiary_gets_it()
    {
        var core = Cluster(Evicting, Node("n", gpus: 2)).With(Job("low", gpus: 2));
        core.Step();
        core.With(Job("high", gpus: 2, priority: 5, submitted: 1), Job("slip", gpus: 1, submitted: 0.5));
        var plan = core.Step(1);
        Assert.Equal([new PreemptDecision("low", 1, "high")], plan.Preempts);
        Assert.Equal(PendingReason.Preempting, plan.Unschedulable.ReasonOf("high"));
        Assert.True(core.AllocationOf("low")!.IsPreempting);

        var meanwhile = core.Step(2);
        Assert.True(meanwhile.IsEmpty);
        core.End("low", seconds: 3);
        core.With(Job("low", gpus: 2, attempt: 2));
        Assert.Equal(["high"], core.Step(3).Started());
        Assert.Empty(core.Step(4).Starts);
    }

    [Fact]
    public void Equal_priority_is_never_evicted()
    {
        var core = Cluster(Evicting, Node("n", gpus: 1)).With(Job("first", gpus: 1, priority: 1));
        core.Step();
        core.With(Job("second", gpus: 1, priority: 1, submitted: 1));
        Assert.True(core.Step(1).IsEmpty);
    }

    [Fact]
    public void Nobody_is_evicted_when_even_all_of_them_would_not_make_room()
    {
        var core = Cluster(Evicting, Node("n", gpus: 4)).With(Job("low", gpus: 2), Job("peer", gpus: 2, priority: 5));
        core.Step();
        core.With(Job("high", gpus: 4, priority: 5, submitted: 1));
        Assert.Empty(core.Step(1).Preempts);
    }

    [Fact]
    public void The_lowest_priority_goes_first_then_the_least_lost_work_then_the_latest_started_then_the_id()
    {
        string[] Victims(int gpus)
        {
            var core = Cluster(Evicting, Node("n", gpus: 6));
            core.With(Job("middle", gpus: 1, priority: 1)).Step(0);
            core.With(Job("costly", gpus: 1), Job("saved", gpus: 1)).Step(0);
            Assert.True(core.Apply(new JobCheckpointed(At(1.5), "saved", 1)).Changed);
            core.With(Job("young-b", gpus: 1), Job("young-a", gpus: 1)).Step(2);
            Assert.True(core.Apply(new JobCheckpointed(At(2.5), "saved", 1)).Changed);
            core.With(Job("peer", gpus: 1, priority: 5)).Step(3);
            return core.With(Job("high", gpus: gpus, priority: 5)).Step(4).Preempted();
        }

        Assert.Equal(["saved"], Victims(1));
        Assert.Equal(["saved", "young-a"], Victims(2));
        Assert.Equal(["saved", "young-a", "young-b"], Victims(3));
        Assert.Equal(["saved", "young-a", "young-b", "costly"], Victims(4));
        Assert.Equal(["saved", "young-a", "young-b", "costly", "middle"], Victims(5));
    }

    [Fact]
    public void Victims_that_turn_out_not_to_be_needed_are_spared()
    {
        var core = Cluster(Evicting, Node("a", gpus: 4), Node("b", gpus: 4));
        core.With(Job("small", gpus: 1), Job("big", gpus: 4), Job("peer", gpus: 3, priority: 9));
        core.Step();
        core.With(Job("high", gpus: 4, priority: 5, submitted: 1));
        Assert.Equal(["big"], core.Step(1).Preempted());
    }

    [Fact]
    public void Those_already_stopping_for_another_count_as_room()
    {
        var core = Cluster(Evicting, Node("n", gpus: 2)).With(Job("low-a", gpus: 1), Job("low-b", gpus: 1));
        core.Step();
        core.With(Job("high", gpus: 1, priority: 5, submitted: 1));
        Assert.Single(core.Step(1).Preempts);
        core.With(Job("higher", gpus: 1, priority: 6, submitted: 2));
        Assert.Empty(core.Step(2).Preempts);
    }

    [Fact]
    public void A_gang_stops_whole_when_one_rank_is_in_the_way()
    {
        var core = Cluster(Evicting, Node("a", gpus: 1), Node("b", gpus: 1)).With(Job("gang", tasks: 2, gpus: 1));
        core.Step();
        core.With(Job("high", gpus: 1, priority: 1, submitted: 1));
        Assert.Equal(["gang"], core.Step(1).Preempted());
        core.End("gang");
        core.With(Job("gang", tasks: 2, gpus: 1, attempt: 2));
        Assert.Equal(["high"], core.Step(2).Started());
    }

    [Fact]
    public void Room_made_for_a_job_is_its_own_even_when_the_order_puts_its_victim_first()
    {
        var core = Cluster(new SchedulingPolicy("fifo", "none", "best-fit", "priority"), Node("n", gpus: 1)).With(Job("old", gpus: 1));
        core.Step();
        core.With(Job("high", gpus: 1, priority: 5, submitted: 1));
        Assert.Equal(["old"], core.Step(1).Preempted());
        core.End("old");
        core.With(Job("old", gpus: 1, attempt: 2));
        Assert.Equal(["high"], core.Step(2).Started());
        Assert.True(core.Step(3).IsEmpty);
    }

    [Fact]
    public void Without_preemption_nobody_is_asked_to_stop()
    {
        var core = Cluster(Given.ByPriority, Node("n", gpus: 1)).With(Job("low", gpus: 1));
        core.Step();
        core.With(Job("high", gpus: 1, priority: 5, submitted: 1));
        Assert.True(core.Step(1).IsEmpty);
    }
}
