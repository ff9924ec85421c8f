using System.Globalization;
using System.Net;
using System.Text;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Testing;
using AkkaMLScheduler.Workloads.Gangs;
using AkkaMLScheduler.Workloads.Torch;

namespace AkkaMLScheduler.Workloads.Tests;

/// <summary>What a finished task left behind.</summary>
internal sealed record TaskRun(TaskOutcome Outcome, string Log, IReadOnlyList<CheckpointFile> Checkpoints)
{
    /// <summary>The loss of each logged step, as text: equal text means equal bits.</summary>
    public IReadOnlyList<string> LossSeries
        => [.. Log.Split('\n').Select(line => line.Split(' ')).Where(words => words is [_, "step", _, _, ..]).Select(words => words[3])];

    public IReadOnlyList<double> Losses
        => [.. LossSeries.Select(text => double.Parse(text["loss=".Length..], CultureInfo.InvariantCulture))];

    /// <summary>Everything after the header of the last checkpoint: weights and moments.</summary>
    public byte[] FinalState()
    {
        var file = File.ReadAllBytes(Checkpoints[^1].Path);
        return file[(Array.IndexOf(file, (byte)'\n') + 1)..];
    }

    public CheckpointSource At(long step)
        => Checkpoints.Single(file => file.Step == step) is var found ? new CheckpointSource(found.Step, found.Path, found.Sha256) : null!;
}

/// <summary>Runs tasks as a worker does: each on a thread of its own.</summary>
internal sealed class TaskBench : IDisposable
{
    /// <summary>Short enough for a test, long enough for a busy machine.</summary>
    public static readonly GangLimits Limits = new(
        Rendezvous: TimeSpan.FromSeconds(20),
        Handshake: TimeSpan.FromSeconds(1),
        Silence: TimeSpan.FromSeconds(3),
        Heartbeat: TimeSpan.FromSeconds(0.5));

    private readonly TemporaryFolder _folder = new();
    private int _directories;

    public string Path => _folder.Path;

    public static IReadOnlyDictionary<string, string> Tiny(long steps, params (string Name, string Value)[] more)
    {
        var with = new Dictionary<string, string>
        {
            ["steps"] = steps.ToString(CultureInfo.InvariantCulture),
            ["batch"] = "8",
            ["context"] = "32",
            ["layers"] = "1",
            ["heads"] = "2",
            ["width"] = "32",
            ["learningRate"] = "0.01",
            ["logEvery"] = "1",
        };
        foreach (var (name, value) in more)
            with[name] = value;
        return with;
    }

    public TaskContext Task(string type, IReadOnlyDictionary<string, string> with, long every = 0, int keep = 1000) => new()
    {
        Job = new JobId("bench"),
        Attempt = 1,
        Run = new RunSpec(type, with),
        Checkpoint = new CheckpointSpec(every, keep),
        CheckpointDirectory = _folder.File($"checkpoints-{Interlocked.Increment(ref _directories)}"),
        ScratchDirectory = _folder.File($"scratch-{_directories}"),
        Node = "bench",
        Processes = new ProcessSettings(true, TimeSpan.FromSeconds(30)),
    };

    /// <summary>A task that runs a script of the shell.</summary>
    public TaskContext Shell(string script) => Process(["/bin/sh", "-c", script]);

    /// <summary>A task that runs a script of Python; the test is skipped where there is none.</summary>
    public TaskContext Python(string script)
    {
        Requires.That(
            Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(place => File.Exists(System.IO.Path.Combine(place, "python3"))),
            "There is no python3.");
        return Process(["python3", "-c", script]);
    }

    public TaskContext Process(IEnumerable<string> argv, int keep = 1000)
        => Task("process", new Dictionary<string, string> { ["argv"] = ParameterText.OfList(argv) }, keep: keep);

    /// <summary>The same task once per rank, with listeners on loopback; the caller disposes of those.</summary>
    public IReadOnlyList<TaskContext> Gang(int size, Func<TaskContext> task)
    {
        var listeners = Enumerable.Range(0, size).Select(_ => GangListener.Open(IPAddress.Loopback)).ToList();
        var endpoints = listeners.Select(listener => listener.EndPoint.ToString()).ToList();
        return
        [
            .. listeners.Select((listener, rank) =>
                task() with { Rank = rank, WorldSize = size, Gang = listener, GangEndpoints = endpoints }),
        ];
    }

    public static Task<TaskRun> RunAsync(TaskContext task, RecordingObserver? observer = null, CancellationToken stop = default)
    {
        observer ??= new RecordingObserver();
        var log = new MemoryStream();
        IWorkload workload = task.Run.Type == "torch" ? new TorchWorkload(Limits) : WorkloadRegistry.Default.Find(task.Run.Type)!;
        var ended = new TaskCompletionSource<TaskRun>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                if (task.LogBytes == Stream.Null)
                    task = task with { Log = new StreamWriter(log) { AutoFlush = true }, LogBytes = log };
                var outcome = workload.RunAsync(task, observer, stop).GetAwaiter().GetResult();
                ended.SetResult(new TaskRun(outcome, Encoding.UTF8.GetString(log.ToArray()), [.. observer.Checkpoints]));
            }
            catch (Exception error)
            {
                ended.SetException(error);
            }
        })
        { IsBackground = true }.Start();
        return ended.Task;
    }

    public void Dispose() => _folder.Dispose();
}
