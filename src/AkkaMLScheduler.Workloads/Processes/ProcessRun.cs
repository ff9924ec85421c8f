using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>One process from its start to its end, watched by the task's thread.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ProcessRun : IDisposable
{
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(100);

    // After SIGTERM the leader may be gone while what it started still saves; nothing wakes this process when that ends.
    private static readonly TimeSpan OthersInterval = TimeSpan.FromMilliseconds(50);

    // Storing the record of a last checkpoint crosses the network; after this the file stays without one.
    private static readonly TimeSpan FinalReportLimit = TimeSpan.FromSeconds(5);

    private readonly TaskContext _task;
    private readonly ITaskObserver _observer;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenSource _giveUp = new();
    private readonly ProcessGroup _group;
    private readonly ProcessOutput _output;
    private readonly ProcessCheckpoints _checkpoints;
    private readonly Dictionary<string, double> _metrics = [];
    private ProcessReport.Progress? _unreported;
    private long _lastProgress;
    private long _bytesPassed;
    private long? _termination;

    /// <exception cref="WorkloadException">The program does not start; the message says why.</exception>
    public ProcessRun(TaskContext task, ITaskObserver observer, CancellationToken stop)
    {
        _task = task;
        _observer = observer;
        _stop = stop;
        var spec = ProcessSpec.Read(task.Run);
        var folder = Path.GetFullPath(spec.Folder, Path.GetFullPath(task.ScratchDirectory));
        Directory.CreateDirectory(task.CheckpointDirectory);
        Directory.CreateDirectory(task.ScratchDirectory);
        if (!Directory.Exists(folder)) throw new WorkloadException($"the working folder {folder} does not exist on node '{task.Node}'");
        var variables = ProcessEnvironment.Of(task, spec);
        var program = ProgramPath.Find(spec.Arguments[0], variables.GetValueOrDefault("PATH"), folder);
        _output = new ProcessOutput(task.LogBytes, Take, Note);

        // The port is the process's from here on: rank 0 listens on it, and no other rank needs one.
        task.Gang?.Dispose();
        _group = ProcessGroup.Start(task, program, spec.Arguments, variables.Select(v => $"{v.Key}={v.Value}"), folder);
        _checkpoints = new ProcessCheckpoints(task, observer, _group.Wake, _giveUp.Token);
        Note($"process {_group.Id} runs on node '{task.Node}'; {_group.Limits.Words}");
    }

    public TaskOutcome Run()
    {
        var grace = _task.Processes.StopGrace;
        using var stopped = _stop.Register(() =>
        {
            _giveUp.CancelAfter(grace + FinalReportLimit);
            _group.Wake();
        });
        using var abandoned = _task.Abandoned.Register(() =>
        {
            _giveUp.Cancel();
            _group.Wake();
        });
        if (_task.Resources is { } resources) MemoryWatch.Shared.Add(_group.Tag, resources.MemoryBytes, PassLimit);
        ProcessExit exit;
        long peak;
        try
        {
            while (!IsOver()) _group.Wait(Patience(), _output);
        }
        finally
        {
            peak = MemoryWatch.Shared.Remove(_group.Tag);
            exit = _group.End(_output);
        }

        _checkpoints.Complete();
        WriteNotes();
        ReportProgress();
        _metrics["exit_code"] = exit.Code;
        _metrics["cpu_seconds"] = exit.Cpu.TotalSeconds;
        _metrics["peak_memory_bytes"] = peak;
        Note(string.Create(CultureInfo.InvariantCulture, $"{exit}; {exit.Cpu.TotalSeconds:F1} s of CPU, {Quantity.Memory(peak)} of memory at most"));
        return OutcomeOf(exit);
    }

    public void Dispose()
    {
        _group.Dispose();
        _giveUp.Dispose();
    }

    private bool IsOver()
    {
        WriteNotes();
        if (_task.Abandoned.IsCancellationRequested || Interlocked.Read(ref _bytesPassed) > 0) return true;
        if (_termination is null)
        {
            if (_group.HasEnded) return true;
            if (!_stop.IsCancellationRequested && _checkpoints.RefusedStep is null) return false;
            _termination = Stopwatch.GetTimestamp();
            _group.Signal(LinuxCalls.SigTerm);
        }

        if (_group.HasEnded) return GraceLeft <= TimeSpan.Zero || !_group.HasOthers;
        if (GraceLeft > TimeSpan.Zero) return false;
        Note(string.Create(CultureInfo.InvariantCulture, $"did not end within {_task.Processes.StopGrace.TotalSeconds} s of SIGTERM"));
        return true;
    }

    private TimeSpan GraceLeft => _task.Processes.StopGrace - Stopwatch.GetElapsedTime(_termination!.Value);

    private TimeSpan? Patience()
    {
        if (_termination is not null) return _group.HasEnded ? OthersInterval : GraceLeft;
        return _unreported is null ? null : ProgressInterval - Stopwatch.GetElapsedTime(_lastProgress);
    }

    private void PassLimit(long bytes)
    {
        Interlocked.Exchange(ref _bytesPassed, bytes);
        _group.Wake();
    }

    private void Take(ProcessReport report)
    {
        foreach (var (name, value) in report.Metrics) _metrics[name] = value;
        if (report is ProcessReport.Checkpoint checkpoint) _checkpoints.Offer(checkpoint);
        else _unreported = (ProcessReport.Progress)report;
        if (_lastProgress == 0 || Stopwatch.GetElapsedTime(_lastProgress) >= ProgressInterval) ReportProgress();
    }

    private void ReportProgress()
    {
        if (_unreported is not { } progress) return;
        _unreported = null;
        _lastProgress = Stopwatch.GetTimestamp();
        _observer.Progress(progress.Step, progress.Total, new Dictionary<string, double>(progress.Metrics) { ["memory_bytes"] = MemoryWatch.Shared.Held(_group.Tag) });
    }

    private TaskOutcome OutcomeOf(ProcessExit exit)
    {
        TaskOutcome Outcome(TaskEnd end, string reason) => new(end, reason, _metrics);
        if (_checkpoints.RefusedStep is { } step)
            return Outcome(TaskEnd.Stopped, $"the checkpoint of step {step} was refused: attempt {_task.Attempt} is no longer the current one");
        if (Interlocked.Read(ref _bytesPassed) is > 0 and var bytes)
            return Outcome(TaskEnd.Failed, _group.Limits.MemoryPassed($"its processes held {Quantity.Memory(bytes)}"));
        if (_group.Limits.Passed(exit) is { } passed) return Outcome(TaskEnd.Failed, passed);
        if (_termination is not null || _task.Abandoned.IsCancellationRequested) return Outcome(TaskEnd.Stopped, $"asked to stop; {exit}");
        if (exit.Code == 0) return Outcome(TaskEnd.Succeeded, "");
        return Outcome(TaskEnd.Failed, _output.LastError is { Length: > 0 } last ? $"{exit}; its last words: {last}" : exit.ToString());
    }

    private void WriteNotes()
    {
        while (_checkpoints.Notes.TryDequeue(out var note)) Note(note);
    }

    private void Note(string text)
    {
        try
        {
            _task.Log.WriteLine($"amls: {text}");
        }
        catch (IOException)
        {
            // As for the task's own output.
        }
    }
}
