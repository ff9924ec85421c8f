namespace AkkaMLScheduler.Contracts;

/// <summary>What users and operators ask of the scheduler.</summary>
public static class SchedulerRequests
{
    /// <summary>Why does this job not run? Answered with <see cref="SchedulerReplies.Explained"/>, or <see cref="SchedulerReplies.Refused"/> when it does not wait.</summary>
    public sealed record Explain(JobId JobId) : ISchedulerCommand;

    /// <summary>Place nothing more on the node, over its restarts too. Answered with <see cref="SchedulerReplies.NodeSet"/> once in the ledger.</summary>
    public sealed record Cordon(string Node) : ISchedulerCommand;

    /// <summary>A cordon, and what runs there is asked to checkpoint and stop, and starts elsewhere. Answered as <see cref="Cordon"/>.</summary>
    public sealed record Drain(string Node) : ISchedulerCommand;

    /// <summary>Ends a cordon or a drain. Answered as <see cref="Cordon"/>.</summary>
    public sealed record Uncordon(string Node) : ISchedulerCommand;
}

public static class SchedulerReplies
{
    /// <summary>Why a job waits, as <c>Explain</c> of the scheduling core tells it.</summary>
    /// <param name="JobId">The job.</param>
    /// <param name="Attempt">The attempt that waits.</param>
    /// <param name="Reason">The code, one of a closed set, in camel case: <c>resources</c>, <c>gangIncomplete</c>, <c>queueQuota</c> ...</param>
    /// <param name="Text">The same for a person, with figures.</param>
    /// <param name="Position">From 1, in the order in which jobs are looked at.</param>
    /// <param name="BlockedBy">A set of which nothing can be left out: take all of it away and the job starts. Null when nothing of the kind would help, or the search would take too long.</param>
    /// <param name="ExpectedStart">By the estimates of what runs and waits; null when nobody can tell.</param>
    /// <param name="WouldStartWith">Smaller requests that would start now, each in one respect: <c>6 GPUs per task instead of 8</c>.</param>
    public sealed record Explained(
        JobId JobId, int Attempt, string Reason, string Text, int Position, BlockedBy? BlockedBy, DateTimeOffset? ExpectedStart,
        IReadOnlyList<string> WouldStartWith);

    /// <param name="Node">The node.</param>
    /// <param name="State"><c>open</c>, <c>cordoned</c> or <c>drained</c>.</param>
    /// <param name="AlreadyKnown">It was so before; nothing changed.</param>
    public sealed record NodeSet(string Node, string State, bool AlreadyKnown);

    public sealed record Refused(string Reason);
}

/// <summary>What keeps a job from starting, by name.</summary>
public sealed record BlockedBy(
    IReadOnlyList<string> Running, IReadOnlyList<string> Waiting, IReadOnlyList<string> Queues, IReadOnlyList<string> Nodes);
