using System.Globalization;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// What keeps the processes of one task within the memory and CPU it was given: a control group where the machine gives one, else limits
/// of each process (rlimits). The log says which.
/// </summary>
internal sealed class TaskLimits : IDisposable
{
    private const string ByGroup = "its control group";

    /// <summary>A process that heeds the signal of its CPU limit has so long to end.</summary>
    private const long SecondsAfterSignal = 5;

    /// <summary>
    /// What a process may map is more than what it may hold: stacks and arenas of threads are mapped whole, and libraries start threads by
    /// the number of the machine's CPUs. So this limit only stops what grows faster than a look at its memory sees.
    /// </summary>
    private const long MappedPerCpu = 64L << 20;

    private readonly ResourceSpec? _resources;
    private readonly string? _group;
    private readonly long? _mappedBytes;
    private readonly long? _cpuSeconds;

    /// <param name="tag">The task's, as its processes have it in their environment.</param>
    public TaskLimits(TaskContext task, string tag)
    {
        _resources = task.Resources;
        var groups = task.Processes.ControlGroups ? Processes.ControlGroups.Shared : null;
        _group = groups?.Make(tag, _resources?.MemoryBytes, _resources?.MilliCpu);
        if (_resources is not { } given) return;
        var (groupKeepsMemory, groupKeepsCpu) = _group is null ? (false, false) : (groups!.LimitsMemory, groups.LimitsCpu);
        if (!groupKeepsMemory) _mappedBytes = (2 * given.MemoryBytes) + (MappedPerCpu * Environment.ProcessorCount);
        if (!groupKeepsCpu && task.TimeLimit is { } time) _cpuSeconds = (long)Math.Ceiling(time.TotalSeconds * given.MilliCpu / 1000);
        Words = $"memory limit {Quantity.Memory(given.MemoryBytes)}, kept by {MemoryKeeper}; {CpuWords(given, groupKeepsCpu)}";
    }

    /// <summary>What is limited and by what, for the log.</summary>
    public string Words { get; } = "nothing limits it";

    /// <summary>Of the task's processes those that only its group knows, beside the others; empty without a group.</summary>
    public IReadOnlyList<int> Members => _group is null ? [] : ControlGroups.Members(_group);

    private string MemoryKeeper => _mappedBytes is { } bytes
        ? $"{MemoryWatch.Mechanism} and by RLIMIT_DATA of {Quantity.Memory(bytes)} for each"
        : $"{ByGroup} (memory.max)";

    /// <summary>Sets the limits on a process of the task, which hands them on to what it starts.</summary>
    public void Hold(int process)
    {
        if (_group is not null) ControlGroups.TryAdd(_group, process);
        if (_mappedBytes is { } bytes) LinuxCalls.Limit(process, LinuxCalls.LimitData, bytes, bytes);
        if (_cpuSeconds is { } seconds) LinuxCalls.Limit(process, LinuxCalls.LimitCpu, seconds, seconds + SecondsAfterSignal);
    }

    /// <summary>Kills what the group knows of; nothing without one.</summary>
    public void Kill()
    {
        if (_group is not null) ControlGroups.Kill(_group);
    }

    /// <summary>Which limit ended the task, in a sentence; null where none did.</summary>
    public string? Passed(ProcessExit exit)
    {
        if (_group is not null && ControlGroups.RanOutOfMemory(_group)) return MemoryPassed("its control group was ended by the kernel");
        if (_cpuSeconds is not { } seconds || !exit.IsOutOfCpuTime) return null;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the CPU limit was passed: a process took {seconds} s of CPU, which is {Cores(_resources!)} CPUs for the whole timeLimit; ask for more under resources.cpu");
    }

    /// <summary>The sentence for a task that held too much.</summary>
    public string MemoryPassed(string how) => $"the memory limit of {Quantity.Memory(_resources!.MemoryBytes)} was passed: {how}; ask for more under resources.memory";

    public void Dispose()
    {
        if (_group is not null) ControlGroups.Remove(_group);
    }

    private string CpuWords(ResourceSpec given, bool groupKeepsIt)
    {
        if (groupKeepsIt) return $"CPU limit {Cores(given)}, kept by {ByGroup} (cpu.max)";
        return _cpuSeconds is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $"CPU limit {Cores(given)}, kept by RLIMIT_CPU of {seconds} s for each process over the timeLimit")
            : "CPU is not limited: there is no control group for it here, and the job has no timeLimit to reckon RLIMIT_CPU by";
    }

    private static string Cores(ResourceSpec given) => (given.MilliCpu / 1000m).ToString(CultureInfo.InvariantCulture);
}
