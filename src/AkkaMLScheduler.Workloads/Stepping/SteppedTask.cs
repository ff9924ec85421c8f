namespace AkkaMLScheduler.Workloads.Stepping;

/// <summary>Work that goes on in numbered steps and whose whole state can be written between two of them.</summary>
internal abstract class SteppedTask : IDisposable
{
    private static readonly Dictionary<string, string> NoState = [];

    /// <summary>Steps of the whole run, also when it resumes in the middle.</summary>
    public abstract long Steps { get; }

    /// <summary>A log line every so many steps.</summary>
    public virtual long LogEvery => Math.Clamp(Steps / 50, 1, 1000);

    /// <summary>What must be the same in a run that resumes from this one's checkpoints.</summary>
    public abstract IReadOnlyDictionary<string, string> Identity { get; }

    /// <summary>The latest values, by name.</summary>
    public abstract IReadOnlyDictionary<string, double> Metrics { get; }

    /// <summary>True when the ranks stop together, at a step agreed among themselves, rather than each on its own.</summary>
    public virtual bool StopsTogether => false;

    /// <summary>The small part of the state, for the checkpoint's header.</summary>
    public virtual IReadOnlyDictionary<string, string> State => NoState;

    public virtual long PayloadBytes => 0;

    /// <summary>Takes over the state of a checkpoint of the same identity.</summary>
    public abstract void Restore(Checkpoints.CheckpointContent checkpoint);

    /// <summary>Called once before the first step, after <see cref="Restore"/>: meets the gang, if there is one.</summary>
    public virtual void Begin(long stepsDone, CancellationToken stop)
    {
    }

    /// <summary>Does step number <paramref name="step"/>, from 1.</summary>
    public abstract StepEnd Advance(long step, CancellationToken stop);

    /// <summary>Writes exactly <see cref="PayloadBytes"/> bytes.</summary>
    public virtual void WritePayload(Stream payload)
    {
    }

    public virtual void Dispose()
    {
    }
}
