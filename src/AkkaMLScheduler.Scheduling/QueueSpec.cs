namespace AkkaMLScheduler.Scheduling;

/// <summary>One queue of the share tree. Queues nobody specified have weight 1, no guarantee and no quota.</summary>
/// <param name="Queue">Its path from the root, parts joined by <c>/</c>: <c>research/vision</c>. Jobs wait in leaves.</param>
/// <param name="Weight">Its part of what its parent gets, compared with its siblings; 1..<see cref="MaxWeight"/>.</param>
public sealed record QueueSpec(string Queue, int Weight)
{
    public const int MaxWeight = 1_000_000;

    public const int MaxPathLength = 256;

    public const int MaxDepth = 8;

    /// <summary>Up to here it is served before queues that are beyond theirs, and is not preempted for fairness. Others may borrow what it leaves.</summary>
    public Resources? Guarantee { get; init; }

    /// <summary>It never uses more than this, whatever is free.</summary>
    public Resources? Quota { get; init; }

    /// <summary>Says what is wrong with it, or null.</summary>
    public string? Problem()
    {
        if (PathProblem(Queue) is { } problem) return problem;
        if (Queue.Length == 0) return "a queue needs a name";
        if (Weight is < 1 or > MaxWeight) return $"queue {Queue} has weight {Weight}; 1 to {MaxWeight} are possible";
        if (Guarantee is { IsValid: false }) return $"queue {Queue} has a negative guarantee ({Guarantee})";
        if (Quota is { IsValid: false }) return $"queue {Queue} has a negative quota ({Quota})";
        if (Guarantee is { } least && Quota is { } most && !most.Covers(least))
            return $"queue {Queue} is guaranteed more ({least}) than its quota ({most})";
        return null;
    }

    /// <summary>Says what is wrong with a path, or null. The empty path is the root.</summary>
    internal static string? PathProblem(string path)
    {
        if (path is null) return "a queue's path is missing";
        if (path.Length == 0) return null;
        if (path.Length > MaxPathLength) return $"the queue's path {path[..40]}… is longer than {MaxPathLength} characters";
        var parts = path.Split('/');
        if (parts.Length > MaxDepth) return $"queue {path} is {parts.Length} levels deep; at most {MaxDepth} are possible";
        return parts.Any(part => part.Length == 0) ? $"queue {path} has an empty part" : null;
    }
}
