namespace AkkaMLScheduler.Simulator;

/// <summary>
/// The mean over time of something that is costly to measure: measured at most about a thousand times for the time in which jobs
/// come, and ever more rarely after it.
/// </summary>
internal sealed class FragmentationMeter(Func<double> measure, long firstSeconds, long lastSubmissionSeconds)
{
    private const int Samples = 1_000;

    private long _sampledAt = long.MinValue;
    private double _sampled;
    private double _sum;
    private double _seconds;

    public double Mean => _seconds == 0 ? _sampled : _sum / _seconds;

    /// <summary>The instant is over; measures if the last time is long enough ago.</summary>
    public void At(long now)
    {
        if (_sampledAt != long.MinValue)
        {
            var gap = Math.Max(lastSubmissionSeconds - firstSeconds, now - firstSeconds) / Samples;
            if (now - _sampledAt < Math.Max(gap, 1)) return;
            _sum += _sampled * (now - _sampledAt);
            _seconds += now - _sampledAt;
        }

        _sampled = measure();
        _sampledAt = now;
    }
}
