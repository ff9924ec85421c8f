using System.Globalization;

namespace AkkaMLScheduler.Scheduling.Explaining;

/// <summary>Finds, for each respect in which a request can be smaller, the largest that would start now.</summary>
/// <param name="starts">Whether the job would start with this request in place of its own.</param>
internal sealed class AlternativeSearch(Func<JobRequest, bool> starts)
{
    public IEnumerable<Alternative> Of(JobRequest request)
    {
        if (Largest(1, request.FewestTasks - 1, tasks => request with { Tasks = (int)tasks, MinTasks = null }) is { } tasks)
            yield return new Alternative(Smaller.Tasks, tasks, $"{tasks.Tasks} tasks instead of {request.FewestTasks}");
        var ask = request.PerTask;
        if (ask.MilliGpu > 0 && Largest(1, Steps(ask) - 1, steps => With(request, ask with { MilliGpu = steps * StepOf(ask) })) is { } gpus)
            yield return new Alternative(Smaller.Gpus, gpus, $"{Gpus(gpus.PerTask)} GPUs per task instead of {Gpus(ask)}");
        if (Largest(0, ask.MilliCpu - 1, cpu => With(request, ask with { MilliCpu = cpu })) is { } cpu)
            yield return new Alternative(Smaller.Cpu, cpu, $"{cpu.PerTask.MilliCpu}m CPU per task instead of {ask.MilliCpu}m");
        if (Largest(0, ask.MemoryBytes - 1, bytes => With(request, ask with { MemoryBytes = bytes })) is { } memory)
            yield return new Alternative(Smaller.Memory, memory, $"{memory.PerTask.MemoryBytes} B per task instead of {ask.MemoryBytes} B");
        if (Length(request) is { } length && Largest(1, length - 1, seconds => Lasting(request, seconds)) is { } time)
            yield return new Alternative(Smaller.Time, time, $"{time.Expected} instead of {request.Expected?.ToString() ?? "an unknown time"}");
    }

    private static JobRequest With(JobRequest request, Resources ask) => request with { PerTask = ask };

    private static JobRequest Lasting(JobRequest request, long seconds)
    {
        var length = TimeSpan.FromSeconds(seconds);
        return request with { Estimate = length, TimeLimit = request.TimeLimit < length ? request.TimeLimit : length };
    }

    /// <summary>Whole seconds; an unknown length counts as a hundred years.</summary>
    private static long? Length(JobRequest request) => request.Expected is { } length
        ? (long)Math.Ceiling(length.TotalSeconds)
        : (long)TimeSpan.FromDays(36_500).TotalSeconds;

    private static int StepOf(Resources ask) => ask.IsGpuShare ? 1 : Resources.PerGpu;

    private static long Steps(Resources ask) => ask.MilliGpu / StepOf(ask);

    private static string Gpus(Resources ask) => (ask.MilliGpu / (decimal)Resources.PerGpu).ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>By bisection: smaller requests fit wherever larger ones do. Null when not even the smallest starts.</summary>
    private JobRequest? Largest(long least, long most, Func<long, JobRequest> with)
    {
        if (most < least || !starts(with(least))) return null;
        while (least < most)
        {
            var middle = least + (most - least + 1) / 2;
            if (starts(with(middle)))
                least = middle;
            else
                most = middle - 1;
        }

        return with(least);
    }
}
