using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// A program that runs in a session and a process group of its own, under the guard. Used by one thread, but for <see cref="Wake"/>.
/// </summary>
internal sealed class ProcessGroup : IDisposable
{
    /// <summary>What a pipe holds; read at once, so that a task that prints much is not held up.</summary>
    private const int ChunkBytes = 64 * 1024;

    // Each round kills all that is seen; only what forks faster than it is killed needs more than two.
    private const int MostRounds = 200;
    private const int RoundMilliseconds = 5;

    // Two times of two fields each and fourteen counts; more room than that on every 64-bit Linux.
    private const int UsageFields = 32;

    private static readonly byte[] One = [1, 0, 0, 0, 0, 0, 0, 0];

    private readonly byte[] _chunk = new byte[ChunkBytes];
    private readonly SafeFileHandle _wake;
    private SafeFileHandle? _output;
    private SafeFileHandle? _errors;
    private SafeFileHandle? _end;

    private ProcessGroup(int id, string tag, TaskLimits limits, SafeFileHandle output, SafeFileHandle errors, SafeFileHandle end, SafeFileHandle wake)
    {
        Id = id;
        Tag = tag;
        Limits = limits;
        _output = output;
        _errors = errors;
        _end = end;
        _wake = wake;
    }

    /// <summary>The leader's process id and the group's.</summary>
    public int Id { get; }

    /// <summary>What every process of the task carries in its environment.</summary>
    public string Tag { get; }

    /// <summary>What keeps it within its memory and CPU.</summary>
    public TaskLimits Limits { get; }

    /// <summary>Whether the leader has ended.</summary>
    public bool HasEnded => _end is null;

    /// <summary>Whether anything else of the task still runs.</summary>
    public bool HasOthers => Others(ProcessTable.Shared.Scan()).Any(ProcessTable.Shared.IsAlive);

    /// <param name="task">Whose processes these are.</param>
    /// <param name="program">Path of the program.</param>
    /// <param name="environment">As <c>NAME=value</c>.</param>
    /// <exception cref="WorkloadException">It does not start; the message says why.</exception>
    public static ProcessGroup Start(
        TaskContext task, string program, IReadOnlyList<string> arguments, IEnumerable<string> environment, string folder)
    {
        var tag = GroupGuard.Shared.Tag();
        var limits = new TaskLimits(task, tag);
        var wake = Opened(LinuxCalls.EventFd(0, LinuxCalls.CloseOnExec | LinuxCalls.NonBlocking));
        var (output, outputEnd) = Pipe();
        var (errors, errorsEnd) = Pipe();
        try
        {
            var id = PosixSpawn.Start(
                program, arguments, environment.Prepend(tag), folder, (int)outputEnd.DangerousGetHandle(), (int)errorsEnd.DangerousGetHandle());
            limits.Hold(id);
            GroupGuard.Shared.Add(id);
            ProcessTable.Shared.Add(id, tag);
            var group = new ProcessGroup(id, tag, limits, output, errors, EndOf(id), wake);
            group.HoldOthers();
            return group;
        }
        catch
        {
            limits.Dispose();
            output.Dispose();
            errors.Dispose();
            wake.Dispose();
            throw;
        }
        finally
        {
            outputEnd.Dispose();
            errorsEnd.Dispose();
        }
    }

    /// <summary>Ends a <see cref="Wait"/> early; from any thread.</summary>
    public void Wake()
    {
        var held = false;
        try
        {
            _wake.DangerousAddRef(ref held);
            _ = LinuxCalls.Write((int)_wake.DangerousGetHandle(), One, One.Length);
        }
        catch (ObjectDisposedException)
        {
            // Nobody waits any more.
        }
        finally
        {
            if (held) _wake.DangerousRelease();
        }
    }

    /// <summary>Takes what the task prints, until there was some, the leader has ended, somebody wakes this up, or the time has passed.</summary>
    /// <param name="limit">Null waits for ever.</param>
    public void Wait(TimeSpan? limit, ProcessOutput output)
    {
        LinuxCalls.Watched[] watched = [new(Handle(_output)), new(Handle(_errors)), new(Handle(_end)), new(Handle(_wake))];
        var milliseconds = limit is { } time ? (int)Math.Clamp(Math.Ceiling(time.TotalMilliseconds), 0, int.MaxValue) : -1;
        if (LinuxCalls.Poll(watched, (nuint)watched.Length, milliseconds) <= 0) return;
        if (watched[0].Seen != 0 && !TryRead(_output!, output.Take)) Close(ref _output);
        if (watched[1].Seen != 0 && !TryRead(_errors!, output.TakeErrors)) Close(ref _errors);
        if (watched[2].Seen != 0) Close(ref _end);
        if (watched[3].Seen != 0) _ = LinuxCalls.Read(Handle(_wake), new byte[One.Length], One.Length);
    }

    /// <summary>Sends a signal to every process of the group.</summary>
    public void Signal(int signal) => _ = LinuxCalls.Kill(-Id, signal);

    /// <summary>Kills whatever of the task still runs, takes what it had printed and waits for the leader.</summary>
    public ProcessExit End(ProcessOutput output)
    {
        Signal(LinuxCalls.SigKill);
        while (!HasEnded) Wait(null, output);
        KillOthers();
        Drain(output);

        // Before the leader is waited for: after that its number may become another's.
        GroupGuard.Shared.Remove(Id);
        ProcessTable.Shared.Remove(Id);
        int status;
        var usage = new long[UsageFields];
        while (LinuxCalls.Wait4(Id, out status, 0, usage) != Id)
        {
            if (Marshal.GetLastPInvokeError() != LinuxCalls.Interrupted)
                throw new WorkloadException($"how process {Id} ended is not known: {LinuxCalls.Words(Marshal.GetLastPInvokeError())}");
        }

        return new ProcessExit(status, TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]));
    }

    public void Dispose()
    {
        Close(ref _output);
        Close(ref _errors);
        Close(ref _end);
        _wake.Dispose();
        Limits.Dispose();
    }

    /// <summary>What the program has started before its limits were set has them too, when nothing new is found.</summary>
    private void HoldOthers()
    {
        var held = new HashSet<int>();
        while (Others(ProcessTable.Shared.Scan()).Where(held.Add).ToList() is { Count: > 0 } found) found.ForEach(Limits.Hold);
    }

    private IEnumerable<int> Others(ProcessScan scan) => scan.ByTag[Tag].Union(Limits.Members).Where(pid => pid != Id);

    /// <summary>Those that left the group too. Where this process inherits orphans, as the first of a container does, it also waits for them.</summary>
    private void KillOthers()
    {
        for (var round = 0; round < MostRounds; round++)
        {
            Limits.Kill();
            var scan = ProcessTable.Shared.Scan();
            var others = Others(scan).ToList();
            foreach (var pid in others)
            {
                _ = LinuxCalls.Kill(pid, LinuxCalls.SigKill);
                _ = LinuxCalls.WaitPid(pid, out _, LinuxCalls.NoHang);
            }

            if (scan.IsComplete && !others.Exists(ProcessTable.Shared.IsAlive)) return;
            _ = LinuxCalls.Poll([], 0, RoundMilliseconds);
        }
    }

    private void Drain(ProcessOutput output)
    {
        for (var chunk = 0; chunk < MostRounds && (_output ?? _errors) is not null; chunk++)
        {
            LinuxCalls.Watched[] watched = [new(Handle(_output)), new(Handle(_errors))];
            if (LinuxCalls.Poll(watched, (nuint)watched.Length, 0) <= 0) return;
            Wait(TimeSpan.Zero, output);
        }
    }

    /// <returns>False at the end of the pipe.</returns>
    private bool TryRead(SafeFileHandle pipe, ReadOnlySpanAction take)
    {
        var count = (int)LinuxCalls.Read(Handle(pipe), _chunk, _chunk.Length);
        if (count < 0) return Marshal.GetLastPInvokeError() == LinuxCalls.Interrupted;
        take(_chunk.AsSpan(0, count));
        return count > 0;
    }

    private static (SafeFileHandle Read, SafeFileHandle Write) Pipe()
    {
        var ends = new int[2];
        if (LinuxCalls.Pipe(ends, LinuxCalls.CloseOnExec) != 0) throw Unprepared();
        return (new SafeFileHandle(ends[0], ownsHandle: true), new SafeFileHandle(ends[1], ownsHandle: true));
    }

    /// <summary>Readable once the process has ended. Without it (before Linux 5.3) the process is not left to itself.</summary>
    private static SafeFileHandle EndOf(int id)
    {
        var handle = LinuxCalls.PidFdOpen(id);
        if (handle >= 0) return new SafeFileHandle(handle, ownsHandle: true);
        var error = Marshal.GetLastPInvokeError();
        _ = LinuxCalls.Kill(-id, LinuxCalls.SigKill);
        GroupGuard.Shared.Remove(id);
        ProcessTable.Shared.Remove(id);
        _ = LinuxCalls.WaitPid(id, out _, 0);
        throw new WorkloadException($"a process cannot be watched: {LinuxCalls.Words(error)}");
    }

    private static SafeFileHandle Opened(int handle) => handle >= 0 ? new SafeFileHandle(handle, ownsHandle: true) : throw Unprepared();

    private static WorkloadException Unprepared() =>
        new($"a process cannot be prepared: {LinuxCalls.Words(Marshal.GetLastPInvokeError())}");

    private static int Handle(SafeFileHandle? handle) => handle is null ? -1 : (int)handle.DangerousGetHandle();

    private static void Close(ref SafeFileHandle? handle)
    {
        handle?.Dispose();
        handle = null;
    }

    private delegate void ReadOnlySpanAction(ReadOnlySpan<byte> bytes);
}
