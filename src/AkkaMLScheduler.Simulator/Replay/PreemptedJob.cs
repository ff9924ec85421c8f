namespace AkkaMLScheduler.Simulator;

/// <summary>What a job that was stopped for others has behind it.</summary>
internal sealed class PreemptedJob
{
    private readonly List<JobSpan> _spans = [];

    public int Preemptions { get; private set; }

    /// <summary>Seconds of its work that checkpoints have kept.</summary>
    public long Saved { get; private set; }

    /// <summary>Seconds of its work that were done in vain.</summary>
    public long Lost { get; private set; }

    public IReadOnlyList<JobSpan> Spans => _spans;

    /// <summary>The attempt was stopped: what it did since its last checkpoint is lost.</summary>
    public void Stopped(RunningJob attempt, long now, long checkpointSeconds)
    {
        var ran = now - attempt.Start;
        var kept = ran / checkpointSeconds * checkpointSeconds;
        Preemptions++;
        Saved += kept;
        Lost += ran - kept;
        Ran(attempt, now);
    }

    /// <summary>The attempt ran until this instant. One that was stopped where it started left no trace.</summary>
    public void Ran(RunningJob attempt, long until)
    {
        if (until > attempt.Start) _spans.Add(new JobSpan(attempt.Start, until, attempt.Nodes));
    }
}
