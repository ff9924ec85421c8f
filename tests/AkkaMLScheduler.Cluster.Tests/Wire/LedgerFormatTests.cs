using System.Runtime.CompilerServices;
using System.Text;
using Akka.Actor;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Wire;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Tests.Wire;

/// <summary>The ledger as it is stored for ever: one file per sample under <c>golden</c>. What breaks one of these breaks every user's ledger.</summary>
public sealed class LedgerFormatTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly JobRequest Request = new(
        "train", 2, "default", 5, 1, new Resources(500, 1024, 2), At, At.AddSeconds(1), TimeSpan.FromMinutes(3), 7,
        new Dictionary<string, string> { ["rack"] = "a" });

    private static readonly NodeCapacity Node = new("worker-1", "ab12", new Resources(4000, 4096, 4), new Dictionary<string, string> { ["rack"] = "a" });

    private static readonly LedgerEntry Entry = new(
        At,
        [
            LedgerInput.Of(new NodeUp(At, Node)),
            LedgerInput.Of(new JobQueued(At, Request)),
            LedgerInput.Of(new JobEnded(At, "old", 1)),
            LedgerInput.Of(new NodeLost(At, "worker-2", "cd34")),
            LedgerInput.Of(new PolicyChanged(At, SchedulingPolicy.Default)),
        ],
        true,
        [new StartDecision("train", 2, [new Placement("worker-1", "ab12", 0, [0, 1])])],
        [new PreemptDecision("low", 1, "train")]);

    private readonly ActorSystem _system = ActorSystem.Create("ledger");
    private readonly LedgerSerializer _serializer;

    public LedgerFormatTests() => _serializer = new LedgerSerializer((ExtendedActorSystem)_system);

    public void Dispose() => _system.Dispose();

    [Fact]
    public void An_entry_is_written_and_read_as_it_always_was() => AssertGolden(Entry);

    [Fact]
    public void A_snapshot_is_written_and_read_as_it_always_was()
    {
        var core = new SchedulerCore(SchedulingPolicy.Default);
        core.Apply(new NodeUp(At, Node with { Labels = Request.Selector }));
        core.Apply(new JobQueued(At, Request with { EligibleAt = At }));
        core.Commit(core.Plan(At));
        core.Apply(new JobQueued(At, Request with { Job = "waits" }));
        core.Apply(new NodeUp(At, new NodeCapacity("worker-2", "ef56", Resources.None, NodeCapacity.NoLabels)));
        core.Apply(new NodeLost(At, "worker-2", "ef56"));

        AssertGolden(core.Export());
    }

    [Fact]
    public void A_recovered_core_decides_as_the_one_before()
    {
        var core = new SchedulerCore(SchedulingPolicy.Default);
        core.Apply(new NodeUp(At, Node));
        core.Apply(new JobQueued(At, Request));

        var read = (SchedulerSnapshot)_serializer.FromBinary(_serializer.ToBinary(core.Export()), _serializer.Manifest(core.Export()));

        Assert.Equal(core.Plan(At.AddMinutes(1)), SchedulerCore.Import(read).Plan(At.AddMinutes(1)));
        Assert.Single(core.Plan(At.AddMinutes(1)).Starts);
    }

    private void AssertGolden(object sample, [CallerFilePath] string here = "")
    {
        var manifest = _serializer.Manifest(sample);
        var golden = File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "golden", manifest + ".json")).TrimEnd('\n');

        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(sample)));
        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(_serializer.FromBinary(Encoding.UTF8.GetBytes(golden), manifest))));
    }
}
