namespace AkkaMLScheduler.Contracts;

/// <summary>What operators ask of a member; every answer is about the cluster as that member sees it, and comes in bounded time.</summary>
public interface IOperatorRequest;

/// <summary>
/// The operators' verbs as messages, for the actor <see cref="ActorName"/> that every member has. Answered with a view, or with
/// <see cref="OperatorReplies.Done"/>, or with <see cref="OperatorReplies.Refused"/> and the reason.
/// </summary>
public static class OperatorRequests
{
    /// <summary>Name of the actor, below <c>/user</c> of every member.</summary>
    public const string ActorName = "operator";

    /// <summary>Depth of a hierarchy when nobody says otherwise.</summary>
    public const int DefaultDepth = 4;

    public const int MaxDepth = 20;

    /// <summary>Answered with <see cref="Api.ClusterView"/>.</summary>
    public sealed record ShowCluster : IOperatorRequest;

    /// <summary>Makes the member asked join the cluster of another, if it is in none.</summary>
    public sealed record Join(string Address) : IOperatorRequest;

    /// <summary>A member leaves in order.</summary>
    /// <param name="Address">Null is the member asked.</param>
    public sealed record Leave(string? Address) : IOperatorRequest;

    /// <summary>Takes a member out without asking it: for one that is known to be dead.</summary>
    public sealed record Down(string Address) : IOperatorRequest;

    /// <summary>The same for all that are unreachable now.</summary>
    public sealed record DownUnreachable : IOperatorRequest;

    /// <summary>Answered with <see cref="Api.RegionsView"/>.</summary>
    public sealed record ListRegions : IOperatorRequest;

    /// <summary>Answered with <see cref="Api.RegionStatsView"/>; a member that has no region of this kind passes it to one that has.</summary>
    public sealed record ShowRegion(string Region) : IOperatorRequest;

    /// <summary>Answered with <see cref="Api.HierarchyView"/>.</summary>
    /// <param name="Path">Where to start; null is <c>/user</c>.</param>
    /// <param name="Depth">Levels below it, from 0 to <see cref="MaxDepth"/>.</param>
    public sealed record ShowHierarchy(string? Path, int Depth) : IOperatorRequest;
}

public static class OperatorReplies
{
    public sealed record Done(string Text);

    public sealed record Refused(string Reason);
}
