using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Workloads.Checkpoints;
using Microsoft.Win32.SafeHandles;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// Takes over the files that a process reports as checkpoints: moves each to <c>step-N</c> at once, so that the process cannot save into
/// it again, and then, one after another and beside the process, makes it durable, hashes it and has it recorded.
/// </summary>
internal sealed class ProcessCheckpoints
{
    // Reports of checkpoints that wait. A process that is further ahead of its disk loses the oldest of them.
    private const int MostWaiting = 16;

    private const long NoStep = -1;

    private readonly TaskContext _task;
    private readonly ITaskObserver _observer;
    private readonly Action _wake;
    private readonly CancellationToken _giveUp;
    private readonly string _folder;
    private readonly KeptCheckpoints _kept;
    private readonly Channel<Taken> _waiting;
    private Task? _work;
    private long _lastStep = NoStep;
    private long _refusedStep = NoStep;

    /// <param name="wake">Called when there is a note or a refusal.</param>
    /// <param name="giveUp">Fires when no verdict is awaited any longer.</param>
    public ProcessCheckpoints(TaskContext task, ITaskObserver observer, Action wake, CancellationToken giveUp)
    {
        _task = task;
        _observer = observer;
        _wake = wake;
        _giveUp = giveUp;
        _folder = Path.GetFullPath(task.CheckpointDirectory);
        _kept = new KeptCheckpoints(task.Checkpoint, task.WorldSize);
        _waiting = Channel.CreateBounded<Taken>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true },
            dropped =>
            {
                File.Delete(dropped.Path);
                Note($"the checkpoint of step {dropped.Step} was passed over: newer ones wait already");
            });
    }

    /// <summary>For the task's log, which only the task's thread writes.</summary>
    public ConcurrentQueue<string> Notes { get; } = new();

    /// <summary>The step whose checkpoint did not count any more; null while all did.</summary>
    public long? RefusedStep => Interlocked.Read(ref _refusedStep) is var step and not NoStep ? step : null;

    /// <summary>Takes the file over, if it may; only a note says when it may not.</summary>
    public void Offer(ProcessReport.Checkpoint report)
    {
        try
        {
            if (report.Step <= _lastStep) throw new WorkloadException($"step {_lastStep} came before it; steps must grow");
            var path = TakeOver(report);
            _lastStep = report.Step;
            _work ??= Task.Run(RecordAllAsync);
            _waiting.Writer.TryWrite(new Taken(report.Step, path, report.Metrics));
        }
        catch (Exception e) when (e is WorkloadException or IOException or UnauthorizedAccessException)
        {
            NoteNotTaken(report.Step, e);
        }
    }

    /// <summary>Until the last one offered has its verdict, or nobody waits for it.</summary>
    public void Complete()
    {
        _waiting.Writer.TryComplete();
        _work?.GetAwaiter().GetResult();
    }

    private async Task RecordAllAsync()
    {
        await foreach (var taken in _waiting.Reader.ReadAllAsync())
        {
            if (RefusedStep is not null) continue;
            try
            {
                await RecordAsync(taken);
            }
            catch (Exception e) when (e is WorkloadException or IOException or UnauthorizedAccessException)
            {
                NoteNotTaken(taken.Step, e);
            }
            catch (OperationCanceledException)
            {
                Note($"the checkpoint of step {taken.Step} could not be recorded before the task had to end");
            }
        }
    }

    private async Task RecordAsync(Taken taken)
    {
        var started = Stopwatch.GetTimestamp();
        var (sha256, bytes) = MakeDurable(taken.Path);
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var metrics = new Dictionary<string, double>(taken.Metrics) { ["checkpointSeconds"] = took };
        Note(string.Create(CultureInfo.InvariantCulture, $"checkpoint step {taken.Step}: {bytes} bytes in {took * 1000:F1} ms"));
        var file = new CheckpointFile(taken.Step, taken.Path, sha256, bytes, metrics);
        if (!await _observer.CheckpointAsync(file, _giveUp))
        {
            File.Delete(taken.Path);
            Interlocked.Exchange(ref _refusedStep, taken.Step);
            _wake();
            return;
        }

        _kept.Add(file);
    }

    /// <returns>The file's new path.</returns>
    private string TakeOver(ProcessReport.Checkpoint report)
    {
        var given = Path.GetFullPath(report.Path, _folder);
        Refuse(given);
        var path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"step-{report.Step:D12}{Path.GetExtension(given)}"));
        if (given != path) File.Move(given, path, overwrite: true);

        // Looked at again under the name that stays: what was a file a moment ago may have become a link.
        if (File.ResolveLinkTarget(path, returnFinalTarget: false) is not null) throw new WorkloadException($"{path} is a link");
        return path;
    }

    /// <summary>A path that leads out of the folder, by dots or by a link, would have another's file read, moved and deleted.</summary>
    private void Refuse(string given)
    {
        if (!given.StartsWith(_folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new WorkloadException($"{given} is outside the checkpoint folder {_folder}");
        for (var part = given; part.Length > _folder.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new FileInfo(part).LinkTarget is not null) throw new WorkloadException($"{part} is a link; only files within {_folder} are taken");
        }

        if (Directory.Exists(given)) throw new WorkloadException($"{given} is a folder; a checkpoint is one file");
        if (!File.Exists(given)) throw new WorkloadException($"{given} does not exist");
    }

    private (string Sha256, long Bytes) MakeDurable(string path)
    {
        // Without waiting, should it be a pipe that nobody writes to.
        var handle = LinuxCalls.Open(path, LinuxCalls.NonBlocking | LinuxCalls.CloseOnExec);
        if (handle < 0) throw new WorkloadException($"{path} cannot be opened");
        using var file = new FileStream(new SafeFileHandle(handle, ownsHandle: true), FileAccess.Read);
        if (!file.CanSeek) throw new WorkloadException($"{path} is no ordinary file");
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
        RandomAccess.FlushToDisk(file.SafeFileHandle);
        DurableFolder.Sync(_folder);
        return (sha256, file.Length);
    }

    private void NoteNotTaken(long step, Exception why) => Note($"the checkpoint of step {step} was not taken: {why.Message}");

    private void Note(string text)
    {
        Notes.Enqueue(text);
        _wake();
    }

    /// <summary>A file that is this worker's now.</summary>
    private sealed record Taken(long Step, string Path, IReadOnlyDictionary<string, double> Metrics);
}
