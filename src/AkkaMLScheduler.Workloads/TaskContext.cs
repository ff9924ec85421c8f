using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads;

/// <summary>Everything one task of one attempt needs to know.</summary>
public sealed record TaskContext
{
    public required JobId Job { get; init; }

    /// <summary>The fencing token: counts from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>This task's place in its gang, from 0.</summary>
    public int Rank { get; init; }

    /// <summary>The number of tasks in the gang.</summary>
    public int WorldSize { get; init; } = 1;

    public required RunSpec Run { get; init; }

    /// <summary>The node's name.</summary>
    public string Node { get; init; } = "";

    /// <summary>Indices of the GPUs assigned on this node, as the machine's driver counts them.</summary>
    public IReadOnlyList<int> Gpus { get; init; } = [];

    /// <summary>What the task was given; null when nobody said, and then nothing is limited.</summary>
    public ResourceSpec? Resources { get; init; }

    /// <summary>How long an attempt may run; null when nobody said.</summary>
    public TimeSpan? TimeLimit { get; init; }

    public required CheckpointSpec Checkpoint { get; init; }

    /// <summary>Where this rank of this attempt saves its files; created when missing. No other task may write there.</summary>
    public required string CheckpointDirectory { get; init; }

    /// <summary>A folder for this task's own files; created when missing.</summary>
    public string ScratchDirectory { get; init; } = "";

    /// <summary>This rank's file of the step the gang agreed on, or null to start from the beginning.</summary>
    public CheckpointSource? ResumeFrom { get; init; }

    public IReadOnlyList<DatasetInput> Inputs { get; init; } = [];

    /// <summary><c>host:port</c> of every rank's listener, by rank.</summary>
    public IReadOnlyList<string> GangEndpoints { get; init; } = [];

    /// <summary>This rank's own listener, opened before the endpoints were exchanged. The caller disposes of it.</summary>
    public GangListener? Gang { get; init; }

    /// <summary>The task's log; written from the task's thread only.</summary>
    public TextWriter Log { get; init; } = TextWriter.Null;

    /// <summary>The same log, for output that comes as bytes; <see cref="Log"/> is flushed before it is used.</summary>
    public Stream LogBytes { get; init; } = Stream.Null;

    public ProcessSettings Processes { get; init; } = ProcessSettings.Forbidden;

    /// <summary>Fires when nobody listens to this task any more: it ends at once, without saving.</summary>
    public CancellationToken Abandoned { get; init; }
}
