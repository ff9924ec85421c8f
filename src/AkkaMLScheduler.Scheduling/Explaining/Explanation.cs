namespace AkkaMLScheduler.Scheduling.Explaining;

/// <summary>Why a job is pending, what would change that, and when it is expected to start.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Attempt">The waiting attempt.</param>
/// <param name="Reason">The code.</param>
/// <param name="Text">The same for a person, with figures.</param>
/// <param name="Position">From 1, in the order of <see cref="SchedulerCore.Pending"/>.</param>
/// <param name="Blockers">Take these away and it starts now; leave one of them and it does not. Null when nothing of the kind would help.</param>
/// <param name="ExpectedStart">By the estimates of what runs and waits. Null when nobody can tell: see <see cref="Forecast"/>.</param>
/// <param name="Alternatives">Smaller requests that would start now, each smaller in one respect, and no more than needed.</param>
public sealed record Explanation(
    string Job,
    int Attempt,
    PendingReason Reason,
    string Text,
    int Position,
    Blockers? Blockers,
    DateTimeOffset? ExpectedStart,
    IReadOnlyList<Alternative> Alternatives);

/// <summary>A set that keeps a job from starting, of which nothing can be left out.</summary>
/// <param name="Running">Jobs that hold what it needs, by id.</param>
/// <param name="Pending">Jobs that go before it or that it waits for, by id.</param>
/// <param name="Queues">Paths of queues whose quota is used up.</param>
/// <param name="Nodes">Nodes that are cordoned or drained.</param>
public sealed record Blockers(
    IReadOnlyList<string> Running, IReadOnlyList<string> Pending, IReadOnlyList<string> Queues, IReadOnlyList<string> Nodes)
{
    public int Count => Running.Count + Pending.Count + Queues.Count + Nodes.Count;
}

/// <summary>The respect in which an alternative is smaller.</summary>
public enum Smaller
{
    Tasks,

    Gpus,

    Cpu,

    Memory,

    Time,
}

/// <summary>A smaller request that would start now; one step more of it would not.</summary>
/// <param name="In">What is smaller.</param>
/// <param name="Request">The request with that changed.</param>
/// <param name="Text">The change for a person: <c>6 GPUs per task instead of 8</c>.</param>
public sealed record Alternative(Smaller In, JobRequest Request, string Text);
