namespace AkkaMLScheduler.Scheduling;

/// <summary>A shape of task that is often asked for; what fragmentation is measured against.</summary>
/// <param name="Ask">What one task of it asks for. Memory plays no part.</param>
/// <param name="Popularity">Its share of all tasks, 0..1; counted to a billionth.</param>
public sealed record TypicalTask(Resources Ask, double Popularity)
{
    /// <summary>At most so many shapes are typical.</summary>
    public const int MaxShapes = 1_024;

    /// <summary>Says what is wrong with such a list, or null.</summary>
    public static string? Problem(IReadOnlyList<TypicalTask> tasks)
    {
        if (tasks.Count > MaxShapes) return $"{tasks.Count} typical tasks are too many; at most {MaxShapes} are possible";
        var sum = 0.0;
        foreach (var (ask, popularity) in tasks)
        {
            if (!ask.IsValid) return $"a typical task asks for a negative amount ({ask}); amounts start at 0";
            if (ask.MilliGpu > NodeCapacity.MaxGpus * (long)Resources.PerGpu)
                return $"a typical task asks for {ask.GpuDevices} GPUs; at most {NodeCapacity.MaxGpus} are possible";
            if (ask.MilliGpu > Resources.PerGpu && ask.IsGpuShare)
                return $"a typical task asks for {ask.MilliGpu} thousandths of a GPU; above 1000 only whole GPUs are possible";
            if (!(popularity is >= 0 and <= 1)) return $"a typical task ({ask}) has popularity {popularity}; it must be from 0 to 1";
            sum += popularity;
        }

        return sum > 1.000_1 ? FormattableString.Invariant($"the typical tasks' popularities add up to {sum}; at most 1 is possible") : null;
    }
}
