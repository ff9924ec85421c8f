using System.Diagnostics;
using System.Globalization;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>How long each phase of one cycle took.</summary>
public sealed class CyclePhases
{
    private long _since = Stopwatch.GetTimestamp();

    public TimeSpan Apply { get; private set; }

    public TimeSpan Plan { get; private set; }

    public TimeSpan Commit { get; private set; }

    public TimeSpan Store { get; private set; }

    public void Applied() => Apply = Lap();

    public void Planned() => Plan = Lap();

    public void Committed() => Commit = Lap();

    public void Stored() => Store = Lap();

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"apply [{Apply.TotalMilliseconds:F1}] ms, plan [{Plan.TotalMilliseconds:F1}] ms, commit [{Commit.TotalMilliseconds:F1}] ms, store [{Store.TotalMilliseconds:F1}] ms");

    private TimeSpan Lap()
    {
        var now = Stopwatch.GetTimestamp();
        var lap = Stopwatch.GetElapsedTime(_since, now);
        _since = now;
        return lap;
    }
}
