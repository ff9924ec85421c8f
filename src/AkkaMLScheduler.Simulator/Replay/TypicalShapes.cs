using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>What the tasks of a trace typically ask for: what fragmentation is measured against.</summary>
internal static class TypicalShapes
{
    /// <summary>
    /// The distinct shapes (CPU, GPUs) of all tasks with their frequencies; of more than <see cref="TypicalTask.MaxShapes"/> the commonest.
    /// </summary>
    public static IReadOnlyList<TypicalTask> Of(Trace trace)
    {
        var counts = new Dictionary<Resources, long>();
        foreach (var job in trace.Jobs)
        {
            var shape = job.PerTask with { MemoryBytes = 0 };
            counts[shape] = counts.GetValueOrDefault(shape) + job.Tasks;
        }

        double total = counts.Values.Sum();
        return [.. counts.OrderByDescending(one => one.Value).ThenBy(one => one.Key.MilliGpu).ThenBy(one => one.Key.MilliCpu)
            .Take(TypicalTask.MaxShapes).Select(one => new TypicalTask(one.Key, one.Value / total))];
    }

    /// <summary>Fragmented GPUs as a share of those idle, 0..1; 0 when none is idle.</summary>
    public static double Fragmented(SchedulerCore core) =>
        core.Fragmentation() is { IdleMilliGpu: > 0 } found ? found.MilliGpu / found.IdleMilliGpu : 0;
}
