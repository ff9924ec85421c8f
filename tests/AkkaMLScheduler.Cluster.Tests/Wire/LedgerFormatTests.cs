using System.Runtime.CompilerServices;
using System.Text;
using Akka.Actor;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Tests.Jobs;
using AkkaMLScheduler.Cluster.Wire;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Tests.Wire;

/// <summary>The ledger as it is stored for ever: one file per sample under <c>golden</c>. What breaks one of these breaks every user's ledger.</summary>
public sealed class LedgerFormatTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly JobRequest Request = new(
        "train", 2, "research/vision", 5, 2, new Resources(500, 1024, 2000), At, At.AddSeconds(1))
    {
        MinTasks = 1,
        Estimate = TimeSpan.FromMinutes(3),
        TimeLimit = TimeSpan.FromMinutes(5),
        Selector = new Dictionary<string, string> { ["rack"] = "a" },
        After = [new JobDependency("old", DependencyKind.AfterOk)],
        Array = "sweep",
        ArrayLimit = 4,
        Preemptions = 1,
    };

    private static readonly NodeCapacity Node = new("worker-1", "ab12", new Resources(4000, 4096, 4000), new Dictionary<string, string> { ["rack"] = "a" });

    private static readonly IReadOnlyList<QueueSpec> Queues =
        [new QueueSpec("research", 2) { Guarantee = new Resources(1000, 1024, 1000), Quota = new Resources(9000, 9216, 9000) }];

    private static readonly LedgerEntry Entry = new(
        At,
        [
            LedgerInput.Of(new NodeUp(At, Node)),
            LedgerInput.Of(new JobQueued(At, Request)),
            LedgerInput.Of(new JobEnded(At, "old", 1, JobVerdict.Succeeded)),
            LedgerInput.Of(new NodeLost(At, "worker-2", "cd34")),
            LedgerInput.Of(new PolicyChanged(At, SchedulingPolicy.Default)),
            LedgerInput.Of(new JobHeld(At, "next")),
            LedgerInput.Of(new JobReleased(At, "next")),
            LedgerInput.Of(new JobCheckpointed(At, "low", 1)),
            LedgerInput.Of(new NodeCordoned(At, "worker-1")),
            LedgerInput.Of(new NodeDrained(At, "worker-1")),
            LedgerInput.Of(new NodeUncordoned(At, "worker-1")),
            LedgerInput.Of(new QueuesChanged(At, Queues)),
            LedgerInput.Of(new TypicalTasksChanged(At, [new TypicalTask(new Resources(1000, 0, 500), 0.5)])),
            LedgerInput.Of(new NodeLeaving(At, "worker-1", "ab12")),
        ],
        true,
        [new StartDecision("train", 2, [new Placement("worker-1", "ab12", 0, [0, 1])])],
        [new PreemptDecision("low", 1, "train")])
    {
        Expires = [new JobAttempt("slow", 3)],
        Reservations = [new Reservation("next", 1, At.AddHours(1)) { Placements = [new Placement("worker-1", "ab12", 0, [2])] }],
        Compressed = true,
    };

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
        core.Apply(new QueuesChanged(At, Queues));
        core.Apply(new JobQueued(At, Request with { EligibleAt = At, Job = "old", After = [] }));
        core.Commit(core.Plan(At));
        core.Apply(new JobEnded(At, "old", 2, JobVerdict.Succeeded));
        core.Apply(new JobQueued(At, Request with { EligibleAt = At }));
        core.Commit(core.Plan(At));
        core.Apply(new JobQueued(At, Request with { Job = "waits", Held = true }));
        core.Apply(new NodeCordoned(At, "worker-1"));
        core.Apply(new NodeUp(At, new NodeCapacity("worker-2", "ef56", Resources.None, NodeCapacity.NoLabels)));
        core.Apply(new NodeLost(At, "worker-2", "ef56"));

        AssertGolden(core.Export());
    }

    [Fact]
    public void A_job_s_snapshot_is_written_and_read_as_it_always_was() => AssertGolden(JobLife.Running(tasks: 2)
        .Checkpoint(0, 10).Checkpoint(1, 10)
        .Do(new JobCommands.Hold(JobLife.Id, "ada"))
        .Do(new Dispatch.Vacate(JobLife.Id, 1, "its node is drained"))
        .End(0, TaskEnd.Stopped, reason: "its node is drained").Job);

    /// <summary>What earlier versions stored, one file per shape: <c>MANIFEST.WHAT-IT-LACKS.json</c>.</summary>
    [Theory]
    [InlineData("ledger-entry-1.without-leaving")]
    [InlineData("ledger-snapshot-1.without-leaving")]
    public void What_an_earlier_version_stored_is_read_and_used(string file)
    {
        var read = _serializer.FromBinary(File.ReadAllBytes(Path.Combine(Folder(), "older", file + ".json")), file[..file.IndexOf('.')]);

        var core = read is SchedulerSnapshot snapshot ? SchedulerCore.Import(snapshot) : new SchedulerCore(SchedulingPolicy.Default);
        if (read is LedgerEntry entry)
            foreach (var input in entry.Inputs) core.Apply(input.Input);
        Assert.Equal("worker-1", Assert.Single(core.Nodes()).Capacity.Node);
        Assert.NotEmpty(core.Pending());
    }

    [Fact]
    public void A_recovered_core_decides_as_the_one_before()
    {
        var core = new SchedulerCore(SchedulingPolicy.Default);
        core.Apply(new NodeUp(At, Node));
        core.Apply(new JobQueued(At, Request with { After = [] }));

        var read = (SchedulerSnapshot)_serializer.FromBinary(_serializer.ToBinary(core.Export()), _serializer.Manifest(core.Export()));

        Assert.Equal(core.Plan(At.AddMinutes(1)), SchedulerCore.Import(read).Plan(At.AddMinutes(1)));
        Assert.Single(core.Plan(At.AddMinutes(1)).Starts);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "golden");

    private void AssertGolden(object sample)
    {
        var manifest = _serializer.Manifest(sample);
        var golden = File.ReadAllText(Path.Combine(Folder(), manifest + ".json")).TrimEnd('\n');

        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(sample)));
        Assert.Equal(golden, Encoding.UTF8.GetString(_serializer.ToBinary(_serializer.FromBinary(Encoding.UTF8.GetBytes(golden), manifest))));
    }
}
