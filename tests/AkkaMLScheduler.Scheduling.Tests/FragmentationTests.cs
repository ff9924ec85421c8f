using System.Text.Json;
using static AkkaMLScheduler.Scheduling.Tests.Given;

namespace AkkaMLScheduler.Scheduling.Tests;

/// <summary>Fragmentation as FGD defines it; the figures are those of the published simulator's own tests.</summary>
public sealed class FragmentationTests
{
    private static readonly SchedulingPolicy Fgd = Fifo with { Placement = "fgd" };

    /// <summary>35 shapes with GPUs, each of 2 CPUs or more; their popularities add up to 0.9506.</summary>
    private static TypicalTask[] ThirtyFiveShapes() =>
        [.. Enumerable.Range(0, 35).Select(i => new TypicalTask(
            new Resources(2_000 + 500 * i, 0, i % 3 == 0 ? (1 + i / 12) * 1000 : 25 * (i + 1)), i == 0 ? 0.9506 - 34 * 0.0271 : 0.0271))];

    /// <summary>A node with one free CPU and so much free of its GPUs: what is missing is held by shares on the others.</summary>
    private static SchedulerCore NodeWith(params int[] free)
    {
        var core = Cluster(Fifo, Node("n", cpus: 1, gpus: free.Length));
        foreach (var (gpu, milli) in free.Index().OrderBy(one => one.Item))
            if (milli < 1000)
                core.With(Job($"holds-{gpu}", cpus: 0) with { PerTask = new Resources(0, 0, 1000 - milli) });
        core.Step();
        Assert.Equal(free.Order(), core.Nodes()[0].Gpus.Select(gpu => gpu.FreeMilli).Order());
        return core;
    }

    private static double Measured(SchedulerCore core, params TypicalTask[] typical)
    {
        Assert.True(core.Apply(new TypicalTasksChanged(Start, typical)).Changed);
        return core.Fragmentation().MilliGpu;
    }

    [Theory]
    [InlineData(2566.62, 200, 1000, 1000, 500)]
    [InlineData(3802.40, 1000, 1000, 1000, 1000)]
    [InlineData(7604.80, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000)]
    public void What_no_typical_task_fits_is_fragmented_by_their_popularity(double expected, params int[] free)
    {
        var core = NodeWith(free);
        Assert.Equal(expected, Measured(core, ThirtyFiveShapes()), 2);
        Assert.Equal(free.Sum(), core.Fragmentation().IdleMilliGpu);
    }

    [Fact]
    public void All_that_is_idle_counts_for_a_shape_the_node_cannot_host() =>
        Assert.Equal(251.91, Measured(NodeWith(200, 1000, 1000, 500), new TypicalTask(new Resources(6_000, 0, 465), 0.0933)), 2);

    [Fact]
    public void Devices_with_less_than_the_shape_takes_of_each_count_when_the_node_can_host_it()
    {
        var core = NodeWith(200, 1000, 1000, 500);
        Assert.Equal(700, Measured(core, new TypicalTask(new Resources(1_000, 0, 2_000), 1)));
        Assert.Equal(200, Measured(core, new TypicalTask(new Resources(1_000, 0, 201), 1)));
        Assert.Equal(2700, Measured(core, new TypicalTask(new Resources(1_000, 0, 3_000), 1)));
    }

    [Fact]
    public void All_that_is_idle_counts_for_a_shape_without_gpus() =>
        Assert.Equal(1350, Measured(NodeWith(200, 1000, 1000, 500), new TypicalTask(new Resources(1_000, 0, 0), 0.5)));

    [Fact]
    public void Memory_plays_no_part_and_shapes_that_differ_in_it_alone_are_one()
    {
        var core = NodeWith(1000, 400);
        Assert.Equal(400, Measured(core,
            new TypicalTask(new Resources(1_000, 1L << 50, 1_000), 0.5), new TypicalTask(new Resources(1_000, 0, 1_000), 0.5)));
    }

    [Fact]
    public void Nothing_is_fragmented_while_no_task_is_typical() =>
        Assert.Equal(new Fragmentation(0, 8000), Cluster(Fgd, Node("a", gpus: 8)).Fragmentation());

    [Theory]
    [InlineData(-1, 0.5, "negative")]
    [InlineData(1_500, 0.5, "whole GPUs")]
    [InlineData(100_000_000, 0.5, "at most 65536")]
    [InlineData(500, 1.5, "from 0 to 1")]
    [InlineData(500, double.NaN, "from 0 to 1")]
    [InlineData(500, 0.9, "at most 1 is possible")]
    public void Typical_tasks_that_cannot_be_are_refused_and_change_nothing(int milliGpu, double popularity, string why)
    {
        var core = NodeWith(1000);
        Measured(core, new TypicalTask(new Resources(0, 0, 100), 0.2));
        var before = core.Export();
        var refused = core.Apply(new TypicalTasksChanged(Start,
            [new TypicalTask(new Resources(0, 0, milliGpu), popularity), new TypicalTask(new Resources(0, 0, 250), 0.5)]));
        Assert.False(refused.Changed);
        Assert.Contains(why, refused.Ignored);
        Assert.Equal(before, core.Export());
    }

    [Fact]
    public void Typical_tasks_told_again_say_nothing_new()
    {
        var core = NodeWith(1000);
        Measured(core, ThirtyFiveShapes());
        Assert.False(core.Apply(new TypicalTasksChanged(Start, ThirtyFiveShapes())).Changed);
    }

    [Fact]
    public void Without_being_told_the_shapes_that_come_are_typical()
    {
        var core = Cluster(Fgd, Node("a", cpus: 4, gpus: 2));
        core.With(Job("wide", cpus: 8, gpus: 1), Job("share", cpus: 1) with { PerTask = new Resources(1000, 0, 600) });
        core.Step();
        // Half of the tasks do not fit at all; the other half cannot use the 400 left of one device.
        Assert.Equal(1400 / 2 + 400 / 2, core.Fragmentation().MilliGpu);
        Measured(core, new TypicalTask(new Resources(0, 0, 1), 1));
        Assert.Equal(0, core.Fragmentation().MilliGpu);
        core.Apply(new TypicalTasksChanged(Start, []));
        Assert.Equal(900, core.Fragmentation().MilliGpu);
    }

    [Fact]
    public void What_is_learned_is_renewed_when_twice_as_many_tasks_have_come()
    {
        var core = Cluster(Fgd, Node("a", cpus: 4, gpus: 2));
        core.With(Job("never", tasks: 4, cpus: 8, gpus: 1));
        Assert.Equal(2000, core.Fragmentation().MilliGpu);
        core.With(Job("held", tasks: 3, gpus: 1) with { Held = true });
        Assert.Equal(2000, core.Fragmentation().MilliGpu);
        core.With(Job("held-too", gpus: 1) with { Held = true });
        Assert.Equal(1000, core.Fragmentation().MilliGpu);
    }

    [Fact]
    public void The_shapes_learned_are_bounded_and_the_rarest_forgotten()
    {
        var core = new SchedulerCore(Fgd);
        core.With(Job("often", tasks: 9, gpus: 1));
        for (var i = 0; i < 3 * TypicalTask.MaxShapes; i++) core.With(Job($"j{i}") with { PerTask = new Resources(i, 0, 0) });
        var seen = core.Export().TasksSeen;
        Assert.InRange(seen.Count, TypicalTask.MaxShapes / 2, TypicalTask.MaxShapes);
        Assert.Contains(new TaskCount(new Resources(1000, 0, 1000), 9), seen);
    }

    [Fact]
    public void A_fork_has_the_same_typical_tasks_and_a_snapshot_keeps_them_through_json()
    {
        var core = Cluster(Fgd, Node("a", cpus: 4, gpus: 2));
        core.With(Job("never", tasks: 4, cpus: 8, gpus: 1), Job("held", tasks: 3, gpus: 1) with { Held = true });
        var snapshot = JsonSerializer.Deserialize<SchedulerSnapshot>(JsonSerializer.Serialize(core.Export()))!;
        Assert.Equal(core.Export(), snapshot);
        var imported = SchedulerCore.Import(snapshot);
        Assert.Equal(core.Fragmentation(), imported.Fragmentation());
        foreach (var one in new[] { core, imported })
        {
            one.With(Job("held-too", gpus: 1) with { Held = true });
            Assert.Equal(1000, one.Fragmentation().MilliGpu);
        }

        Measured(core, ThirtyFiveShapes());
        Assert.Equal(core.Fragmentation(), core.Fork().Fragmentation());
        Assert.Equal(core.Export(), core.Fork().Export());
    }

    [Fact]
    public void A_share_goes_to_the_device_whose_rest_typical_tasks_can_use()
    {
        var core = NodeWith(700, 1000);
        // 700 - 300 would leave 400, of no use; 1000 - 300 leaves 700, and a device of 700 was there before.
        Measured(core, new TypicalTask(new Resources(0, 0, 700), 1));
        core.Apply(new PolicyChanged(Start, Fgd));
        core.With(Job("share", cpus: 0) with { PerTask = new Resources(0, 0, 300) });
        core.Step();
        Assert.Equal([700, 700], core.Nodes()[0].Gpus.Select(gpu => gpu.FreeMilli));
    }
}
