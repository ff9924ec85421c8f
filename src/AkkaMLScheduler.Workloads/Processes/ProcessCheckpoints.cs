using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using AkkaMLScheduler.Catalog;
using Microsoft.Win32.SafeHandles;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// Takes over the files that a process reports as checkpoints, one after another and beside the process, which goes on meanwhile: moves
/// each to <c>step-N</c>, makes it durable, hashes it and has it recorded. The move is what keeps a process that saves under the same
/// name each time from changing a file whose hash is recorded already.
/// </summary>
internal sealed class ProcessCheckpoints
{
    // Reports of checkpoints that wait. A process that is further ahead of its disk loses the oldest of them.
    private const int MostWaiting = 16;

    // A rank may have saved, and dropped its previous file, while its peer died before saving: the gang then agrees on the older step.
    private const int FewestKeptInGang = 2;

    private const long NoStep = -1;

    private readonly TaskContext _task;
    private readonly ITaskObserver _observer;
    private readonly Action _wake;
    private readonly CancellationToken _giveUp;
    private readonly string _folder;
    private readonly Queue<string> _kept = new();
    private readonly Channel<ProcessReport.Checkpoint> _waiting;
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
        _waiting = Channel.CreateBounded<ProcessReport.Checkpoint>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true, SingleWriter = true },
            dropped => Note($"the checkpoint of step {dropped.Step} was passed over: newer ones wait already"));
    }

    /// <summary>For the task's log, which only the task's thread writes.</summary>
    public ConcurrentQueue<string> Notes { get; } = new();

    /// <summary>The step whose checkpoint did not count any more; null while all did.</summary>
    public long? RefusedStep => Interlocked.Read(ref _refusedStep) is var step and not NoStep ? step : null;

    public void Offer(ProcessReport.Checkpoint report)
    {
        _work ??= Task.Run(TakeAllAsync);
        _waiting.Writer.TryWrite(report);
    }

    /// <summary>Until the last one offered has its verdict, or nobody waits for it.</summary>
    public void Complete()
    {
        _waiting.Writer.TryComplete();
        _work?.GetAwaiter().GetResult();
    }

    private async Task TakeAllAsync()
    {
        await foreach (var report in _waiting.Reader.ReadAllAsync())
        {
            if (RefusedStep is not null) continue;
            try
            {
                await TakeAsync(report);
            }
            catch (Exception e) when (e is WorkloadException or IOException or UnauthorizedAccessException)
            {
                Note($"the checkpoint of step {report.Step} was not taken: {e.Message}");
            }
            catch (OperationCanceledException)
            {
                Note($"the checkpoint of step {report.Step} could not be recorded before the task had to end");
            }
        }
    }

    private async Task TakeAsync(ProcessReport.Checkpoint report)
    {
        if (report.Step <= _lastStep) throw new WorkloadException($"step {_lastStep} came before it; steps must grow");
        var started = Stopwatch.GetTimestamp();
        var path = TakeOver(report);
        var (sha256, bytes) = MakeDurable(path);
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var metrics = new Dictionary<string, double>(report.Metrics) { ["checkpointSeconds"] = took };
        Note(string.Create(CultureInfo.InvariantCulture, $"checkpoint step {report.Step}: {bytes} bytes in {took * 1000:F1} ms"));
        if (!await _observer.CheckpointAsync(new CheckpointFile(report.Step, path, sha256, bytes, metrics), _giveUp))
        {
            File.Delete(path);
            Interlocked.Exchange(ref _refusedStep, report.Step);
            _wake();
            return;
        }

        _lastStep = report.Step;
        _kept.Enqueue(path);
        while (_kept.Count > Math.Max(_task.Checkpoint.Keep, _task.WorldSize > 1 ? FewestKeptInGang : 1)) File.Delete(_kept.Dequeue());
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

    private void Note(string text)
    {
        Notes.Enqueue(text);
        _wake();
    }
}
