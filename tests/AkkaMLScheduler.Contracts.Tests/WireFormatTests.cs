using System.Runtime.CompilerServices;
using System.Text;
using Akka.Actor;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Contracts.Wire;

namespace AkkaMLScheduler.Contracts.Tests;

/// <summary>
/// The wire format as it is stored for ever: one file per manifest under <c>golden</c>. A change that breaks one of these breaks the
/// journals of every user; give the new shape a new manifest instead.
/// </summary>
public sealed class WireFormatTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly JobId Job = new("train-1");
    private static readonly Dictionary<string, double> Metrics = new() { ["loss"] = 1.25, ["bad"] = double.NaN };
    private static readonly TaskPlacement Placement = new(0, "worker-1", "ab12", [0, 3]);

    private static readonly JobSpec Spec = new(
        "train", 5, 2, new ResourceSpec(500, 1024, 2), new RunSpec("torch", new Dictionary<string, string> { ["steps"] = "20" }), ["corpus@3"],
        new RetrySpec(3, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), new CheckpointSpec(10, 2), new Dictionary<string, string> { ["team"] = "x" });

    private static readonly JobView View = new(
        "train-1", "train", "torch", JobStatus.Running, 5, 2, Spec.Resources, 2, "ada", At, At, At, 1.5, 2.5, 3, 40, 20, 1, 1, 1, "lost", "research");

    private static readonly AttemptView Attempt = new(2, At, At, At, AttemptEnd.Interrupted, "lost", 40, [Placement]);

    private static readonly MemberView Member = new("akka.tcp://amls@127.0.0.1:1", ["node-a", "scheduler"], "up", false, "0.1.0");

    private static readonly object[] Samples =
    [
        new JobCommands.Submit(Job, Spec, "ada"),
        new JobCommands.Cancel(Job, "ada"),
        new JobReplies.Accepted(Job, JobStatus.Pending, true),
        new JobReplies.Refused(Job, "no"),
        new JobEvents.Submitted(Job, Spec, "ada", At),
        new JobEvents.AttemptStarted(Job, 2, [Placement], 40, At),
        new JobEvents.AttemptRunning(Job, 2, At),
        new JobEvents.CheckpointSaved(Job, 2, 1, 40, "/data/c", "00ff", 12, Metrics, At),
        new JobEvents.TaskEnded(Job, 2, 1, TaskEnd.PeerLost, "rank 0 is gone", Metrics, At),
        new JobEvents.PreemptionRequested(Job, 2, new JobId("other"), At),
        new JobEvents.CancellationRequested(Job, "ada", At),
        new JobEvents.AttemptEnded(Job, 2, AttemptEnd.Interrupted, "lost", At),
        new JobEvents.Requeued(Job, 3, At, At),
        new JobEvents.Ended(Job, JobStatus.Failed, "bad", At),
        new Dispatch.Enqueue(Job, 1, 5, 2, Spec.Resources, At, At, 3),
        new Dispatch.Checkpointed(Job, 1, 500),
        new Dispatch.Enqueued(Job, 1),
        new Dispatch.StartAttempt(Job, 1, [Placement]),
        new Dispatch.AttemptAccepted(Job, 1),
        new Dispatch.Preempt(Job, 1, new JobId("other")),
        new Dispatch.NodeGone(Job, 1, "worker-1", "ab12"),
        new Dispatch.Release(Job, 1),
        new Dispatch.Released(Job, 1),
        new Dispatch.Wake(Job),
        new Dispatch.RegisterNode("worker-1", "ab12", "akka.tcp://amls@127.0.0.1:1#7", Spec.Resources, new Dictionary<string, string> { ["rack"] = "a" }),
        new WorkerCommands.Activate("worker-1"),
        new WorkerCommands.PrepareTask(
            "worker-1", "ab12", Job, 1, 0, 2, Spec.Run, [0, 3], ["corpus@3"], Spec.Checkpoint, new ResumePoint(40, "/data/c", "00ff")),
        new WorkerCommands.RunTask("worker-1", "ab12", Job, 1, 0, ["127.0.0.1:5", "127.0.0.1:6"]),
        new WorkerCommands.StopTask("worker-1", "ab12", Job, 1, 0, "preempted"),
        new WorkerReports.TaskReady(Job, 1, 0, "127.0.0.1:5"),
        new WorkerReports.TaskStarted(Job, 1, 0),
        new WorkerReports.SaveCheckpoint(Job, 1, 0, 40, "/data/c", "00ff", 12, Metrics),
        new WorkerReports.CheckpointVerdict(Job, 1, 0, 40, false),
        new WorkerReports.TaskEnded(Job, 1, 0, TaskEnd.Succeeded, "", Metrics),
        new WorkerReports.EndStored(Job, 1, 0),
        new JobCommands.Hold(Job, "ada"),
        new JobCommands.Resume(Job, "ada"),
        new JobEvents.TimeLimitReached(Job, 2, At),
        new JobEvents.VacationRequested(Job, 2, "its node is drained", At),
        new JobEvents.Held(Job, "ada", At),
        new JobEvents.Resumed(Job, "ada", At),
        new Dispatch.Expire(Job, 2),
        new Dispatch.Vacate(Job, 2, "its node is drained"),
        new Dispatch.SetHold(Job, true, 3),
        new Dispatch.HoldSet(Job, 3),
        new Dispatch.NodeLeaves("worker-1", "ab12"),
        new WorkerCommands.Drain("worker-1"),
        new WorkerReports.Drained("worker-1"),
        new SchedulerRequests.Explain(Job),
        new SchedulerRequests.Cordon("worker-1"),
        new SchedulerRequests.Drain("worker-1"),
        new SchedulerRequests.Uncordon("worker-1"),
        new SchedulerReplies.Explained(
            Job, 2, "resources", "no node has 2 GPUs free", 4, new BlockedBy(["a"], ["b"], ["research"], ["worker-2"]), At, ["1 GPU per task instead of 2"]),
        new SchedulerReplies.NodeSet("worker-1", "cordoned", true),
        new SchedulerReplies.Refused("no"),
        new OperatorRequests.ShowCluster(),
        new OperatorRequests.Join("akka.tcp://amls@127.0.0.1:1"),
        new OperatorRequests.Leave("akka.tcp://amls@127.0.0.1:1"),
        new OperatorRequests.Down("akka.tcp://amls@127.0.0.1:1"),
        new OperatorRequests.DownUnreachable(),
        new OperatorRequests.ListRegions(),
        new OperatorRequests.ShowRegion("job"),
        new OperatorRequests.ShowHierarchy("/user", 4),
        new OperatorReplies.Done("done"),
        new OperatorReplies.Refused("no"),
        new ClusterView("amls", Member.Address, Member.Address, [Member]),
        new RegionsView([new RegionView("job", "scheduler", true)]),
        new RegionStatsView("job", [new RegionShareView(Member, true, 2, 30)], ["akka.tcp://amls@127.0.0.1:2"]),
        new HierarchyView(["/user", "/user/gateway"], true),
        new GatewayRequests.Submit("r-1", Job, Spec, "billing"),
        new GatewayRequests.Cancel("r-1", Job, "billing"),
        new GatewayRequests.Describe("r-1", Job),
        new GatewayRequests.List("r-1", Job, 100),
        new GatewayRequests.Hold("r-1", Job, "billing"),
        new GatewayRequests.Resume("r-1", Job, "billing"),
        new GatewayRequests.Explain("r-1", Job),
        new GatewayReplies.Explained("r-1", new SchedulerReplies.Explained(Job, 2, "resources", "no room", 4, null, At, ["1 GPU per task instead of 2"])),
        new GatewayRequests.Watch("r-1", Job, "2.1.3", TimeSpan.FromSeconds(15)),
        new GatewayReplies.Accepted("r-1", Job, JobStatus.Pending, true),
        new GatewayReplies.Refused("r-1", "no"),
        new GatewayReplies.Busy("r-1", "later"),
        new GatewayReplies.Unknown("r-1", Job),
        new GatewayReplies.Described("r-1", View, Spec, [Attempt]),
        new GatewayReplies.Listed("r-1", [View]),
        new GatewayReplies.Seen("r-1", View, "2.1.3"),
    ];

    private readonly ActorSystem _system = ActorSystem.Create("wire");
    private readonly ContractsSerializer _serializer;

    public WireFormatTests() => _serializer = new ContractsSerializer((ExtendedActorSystem)_system);

    public static TheoryData<int> SampleIndices => [.. Enumerable.Range(0, Samples.Length)];

    public void Dispose() => _system.Dispose();

    [Fact]
    public void Every_type_of_the_wire_format_has_a_golden_sample() =>
        Assert.Equal(ContractsSerializer.Types.Select(t => t.Type).ToHashSet(), Samples.Select(s => s.GetType()).ToHashSet());

    [Theory]
    [MemberData(nameof(SampleIndices))]
    public void A_type_is_written_as_it_always_was(int sample)
    {
        var written = Encoding.UTF8.GetString(_serializer.ToBinary(Samples[sample]));

        Assert.Equal(Golden(_serializer.Manifest(Samples[sample])), written);
    }

    [Theory]
    [MemberData(nameof(SampleIndices))]
    public void What_was_written_once_is_read_back_whole(int sample)
    {
        var manifest = _serializer.Manifest(Samples[sample]);

        var read = _serializer.FromBinary(Encoding.UTF8.GetBytes(Golden(manifest)), manifest);

        Assert.Equal(Samples[sample].GetType(), read.GetType());
        Assert.Equal(Golden(manifest), Encoding.UTF8.GetString(_serializer.ToBinary(read)));
    }

    [Fact]
    public void What_was_added_later_is_written_when_it_is_set()
    {
        var spec = Spec with
        {
            Queue = "research/vision",
            Estimate = TimeSpan.FromMinutes(20),
            TimeLimit = TimeSpan.FromHours(1),
            After = [new DependencySpec(new JobId("prepare"), Any: true)],
            Hold = true,
            NodeSelector = new Dictionary<string, string> { ["gpu-model"] = "H100|A100" },
        };

        AssertGolden("job-submit-1.full", new JobCommands.Submit(Job, spec, "ada"));
        AssertGolden(
            "wr-started-1.full", new WorkerReports.TaskStarted(Job, 1, 0) { Software = new Dictionary<string, string> { ["libtorch"] = "2.10.0" } });
        AssertGolden(
            "ev-attempt-running-1.full", new JobEvents.AttemptRunning(Job, 2, At) { Software = new Dictionary<string, string> { ["libtorch"] = "2.10.0" } });
        AssertGolden(
            "wk-prepare-1.full",
            new WorkerCommands.PrepareTask(
                "worker-1", "ab12", Job, 1, 0, 1, Spec.Run, [], [], Spec.Checkpoint, null, Spec.Resources, TimeSpan.FromHours(4)));
        AssertGolden("di-release-1.full", new Dispatch.Release(Job, 1, JobStatus.Failed));
        AssertGolden("job-submit-1.elastic", new JobCommands.Submit(Job, Spec with { MinTasks = 1, Checkpoint = Spec.Checkpoint with { Best = "min loss" } }, "ada"));
        AssertGolden("di-enqueue-1.elastic", new Dispatch.Enqueue(Job, 1, 5, 2, Spec.Resources, At, At, 3) { MinTasks = 1 });
        AssertGolden(
            "di-node-1.full",
            new Dispatch.RegisterNode("worker-1", "ab12", "akka.tcp://amls@127.0.0.1:1#7", Spec.Resources, new Dictionary<string, string>())
            {
                Tasks = [new TaskOnNode(Job, 1, 0)],
            });
        AssertGolden(
            "di-enqueue-1.full",
            new Dispatch.Enqueue(Job, 1, 5, 2, Spec.Resources, At, At, 3)
            {
                Queue = spec.Queue,
                Estimate = spec.Estimate,
                TimeLimit = spec.TimeLimit,
                After = spec.After,
                Held = true,
                NodeSelector = spec.NodeSelector,
            });
    }

    private void AssertGolden(string file, object sample)
    {
        Assert.Equal(Golden(file), Encoding.UTF8.GetString(_serializer.ToBinary(sample)));
        var read = _serializer.FromBinary(Encoding.UTF8.GetBytes(Golden(file)), _serializer.Manifest(sample));
        Assert.Equal(Golden(file), Encoding.UTF8.GetString(_serializer.ToBinary(read)));
    }

    [Fact]
    public void An_unknown_manifest_is_refused() =>
        Assert.Contains("unknown", Assert.Throws<InvalidDataException>(() => _serializer.FromBinary("{}"u8.ToArray(), "no-such-1")).Message);

    [Fact]
    public void A_type_outside_the_table_is_refused() => Assert.Throws<ArgumentException>(() => _serializer.ToBinary(new Version(1, 0)));

    private static string Golden(string manifest, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "golden", manifest + ".json")).TrimEnd('\n');
}
