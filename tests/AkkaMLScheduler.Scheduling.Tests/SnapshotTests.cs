using System.Text.Json;
using static AkkaMLScheduler.Scheduling.Tests.Given;

namespace AkkaMLScheduler.Scheduling.Tests;

public sealed class SnapshotTests
{
    private static SchedulerCore Busy()
    {
        var core = Cluster(Evicting, Node("a", gpus: 2, labels: ("rack", "r1")), Node("b", gpus: 2));
        core.With(Job("gang", tasks: 4, gpus: 1), Job("done"));
        core.Step();
        core.End("done");
        core.Apply(new NodeUp(At(1), Node("b", gpus: 2, life: "2")));
        core.With(Job("high", tasks: 4, gpus: 1, priority: 1, submitted: 1), Job("later", eligible: 60, selector: ("rack", "r1")));
        core.Step(2);
        return core;
    }

    [Fact]
    public void An_imported_core_exports_the_same_and_plans_the_same()
    {
        var core = Busy();
        var other = SchedulerCore.Import(core.Export());
        Assert.Equal(core.Export(), other.Export());
        Assert.Equal(core.Nodes(), other.Nodes());
        Assert.Equal(core.Allocations(), other.Allocations());
        Assert.Equal(At(60), other.NextWake(At(2)));
        Assert.Equal(core.Plan(At(60)), other.Plan(At(60)));
    }

    [Fact]
    public void A_snapshot_survives_json()
    {
        var snapshot = Busy().Export();
        var json = JsonSerializer.Serialize(snapshot);
        Assert.Equal(snapshot, JsonSerializer.Deserialize<SchedulerSnapshot>(json));
        Assert.Contains("gang", json);
    }

    [Fact]
    public void A_fork_goes_its_own_way()
    {
        var core = Busy();
        var before = core.Export();
        var fork = core.Fork();
        Assert.True(fork.End("gang"));
        Assert.Equal(["high"], fork.Step(3).Started());
        Assert.Equal(before, core.Export());
        Assert.Empty(core.Plan(At(3)).Starts);
    }

    [Fact]
    public void A_snapshot_of_an_unknown_format_is_refused()
    {
        var refused = Assert.Throws<ArgumentException>(() => SchedulerCore.Import(Busy().Export() with { Format = 2 }));
        Assert.Contains("format 2; this version reads 1", refused.Message);
    }

    [Fact]
    public void What_is_remembered_of_ended_jobs_is_bounded()
    {
        var core = new SchedulerCore(Fifo);
        for (var i = 0; i <= SchedulerCore.EndedRemembered; i++)
        {
            core.Apply(new JobQueued(Start, Job($"{i}")));
            core.End($"{i}");
        }

        var ended = core.Export().Ended;
        Assert.Equal(SchedulerCore.EndedRemembered, ended.Count);
        Assert.Equal("1", ended[0].Job);
    }
}
