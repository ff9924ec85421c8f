using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Checkpoints;

namespace AkkaMLScheduler.Workloads.Stepping;

/// <summary>The loop every stepped task goes through: resume, step, report, save, stop.</summary>
internal sealed class SteppedRun
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    // A stop that waits longer for a last checkpoint than this is no graceful stop: the node may be about to go.
    private static readonly TimeSpan FinalCheckpointLimit = TimeSpan.FromSeconds(1);

    // Storing the record of a last checkpoint crosses the network; after this the file stays without one.
    private static readonly TimeSpan FinalReportLimit = TimeSpan.FromSeconds(5);

    // Ranks hear of a stop at different moments; one that has not yet heard waits this long to learn that it was meant too.
    private static readonly TimeSpan StopNoticeLimit = TimeSpan.FromSeconds(1);

    private readonly string _type;
    private readonly TaskContext _task;
    private readonly ITaskObserver _observer;
    private readonly SteppedTask _work;
    private readonly CheckpointWriter _writer;
    private readonly KeptCheckpoints _kept;
    private TimeSpan _lastSaveTook;
    private long _lastProgress;

    public SteppedRun(string type, TaskContext task, ITaskObserver observer, SteppedTask work)
    {
        _type = type;
        _task = task;
        _observer = observer;
        _work = work;
        _writer = new CheckpointWriter(task.CheckpointDirectory);
        _kept = new KeptCheckpoints(task.Checkpoint, task.WorldSize);
    }

    // A copy: whoever is told keeps it while the task goes on.
    private Dictionary<string, double> Metrics => new(_work.Metrics);

    /// <summary>Runs to the end, a stop or a refusal; expected troubles come out as exceptions for the workload to name.</summary>
    public TaskOutcome Run(CancellationToken stop)
    {
        if (_work.Steps > 0) _writer.Prepare();
        var step = Resume();
        var saved = step;
        _work.Begin(step, stop);
        while (step < _work.Steps)
        {
            if (stop.IsCancellationRequested && !_work.StopsTogether)
                return StopAt(step, saved, stop);
            var end = _work.Advance(step + 1, stop);
            if (end == StepEnd.Abandoned)
                return StopAt(step, saved, stop);
            step++;
            Report(step);
            if (end == StepEnd.DoneThenStop && step < _work.Steps)
                return StopAt(step, saved, stop);
            if (!IsDue(step))
                continue;
            if (!Save(step, stop))
                return Refused(step);
            saved = step;
        }

        Log($"done after {_work.Steps} steps");
        return new TaskOutcome(TaskEnd.Succeeded, "", Metrics);
    }

    // The last step is always saved: for training it is the result.
    private bool IsDue(long step) => step == _work.Steps || (_task.Checkpoint.Every > 0 && step % _task.Checkpoint.Every == 0);

    private long Resume()
    {
        if (_task.ResumeFrom is not { } source)
        {
            Log($"{_type} attempt {_task.Attempt} rank {_task.Rank}/{_task.WorldSize}: {_work.Steps} steps");
            return 0;
        }

        using var checkpoint = CheckpointContent.Open(source, _type, _work.Identity);
        _work.Restore(checkpoint);
        Log($"{_type} attempt {_task.Attempt} rank {_task.Rank}/{_task.WorldSize}: resumed at step {source.Step} of {_work.Steps}");
        return source.Step;
    }

    private void Report(long step)
    {
        if (step % _work.LogEvery == 0 || step == _work.Steps)
            Log($"step {step}/{_work.Steps} {Text(_work.Metrics)}");
        if (step < _work.Steps && _lastProgress != 0 && Stopwatch.GetElapsedTime(_lastProgress) < ProgressInterval)
            return;
        _lastProgress = Stopwatch.GetTimestamp();
        _observer.Progress(step, _work.Steps, Metrics);
    }

    private CheckpointFile Write(long step)
    {
        var started = Stopwatch.GetTimestamp();
        var header = new CheckpointHeader(
            CheckpointHeader.CurrentFormat, _type, step, _work.Identity, _work.State, _work.PayloadBytes);
        var file = _writer.Write(header, _work.WritePayload, Metrics);
        _lastSaveTook = Stopwatch.GetElapsedTime(started);
        Log(string.Create(
            CultureInfo.InvariantCulture, $"checkpoint step {step}: {file.Bytes} bytes in {_lastSaveTook.TotalMilliseconds:F1} ms"));
        return file with
        {
            Metrics = new Dictionary<string, double>(file.Metrics) { ["checkpointSeconds"] = _lastSaveTook.TotalSeconds },
        };
    }

    private bool Save(long step, CancellationToken stop)
    {
        var file = Write(step);
        if (!_observer.CheckpointAsync(file, stop).GetAwaiter().GetResult())
        {
            KeptCheckpoints.Delete(file.Path);
            return false;
        }

        _kept.Add(file);
        return true;
    }

    private TaskOutcome StopAt(long step, long saved, CancellationToken stop)
    {
        Log($"stops after step {step} of {_work.Steps}");
        if (step > saved && _lastSaveTook < FinalCheckpointLimit && !SaveLast(step))
            return Refused(step);
        if (!stop.IsCancellationRequested && !stop.WaitHandle.WaitOne(StopNoticeLimit))
            return new TaskOutcome(TaskEnd.PeerLost, $"another rank of the gang was asked to stop after step {step}", Metrics);
        return new TaskOutcome(TaskEnd.Stopped, $"asked to stop after step {step} of {_work.Steps}", Metrics);
    }

    private bool SaveLast(long step)
    {
        // The task's own token has fired already, so the report gets one of its own.
        using var limit = new CancellationTokenSource(FinalReportLimit);
        try
        {
            return Save(step, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            Log($"checkpoint step {step} could not be recorded within {FinalReportLimit.TotalSeconds:F0} s");
            return true;
        }
    }

    private TaskOutcome Refused(long step)
    {
        var reason = $"the checkpoint of step {step} was refused: attempt {_task.Attempt} is no longer the current one";
        Log(reason);
        return new TaskOutcome(TaskEnd.Stopped, reason, Metrics);
    }

    /// <summary>Each line begins with its time: where a task was killed, the last one tells how long it lived.</summary>
    private void Log(string line) => _task.Log.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} {line}"));

    private static string Text(IReadOnlyDictionary<string, double> metrics)
        => string.Join(' ', metrics.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value:R}")));
}
