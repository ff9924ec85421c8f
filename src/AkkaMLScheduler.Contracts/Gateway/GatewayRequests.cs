namespace AkkaMLScheduler.Contracts;

/// <summary>What a service outside the cluster asks of the gateway on a member. Answered by one <see cref="IGatewayReply"/>.</summary>
public interface IGatewayRequest
{
    /// <summary>Drawn by the client; the answer repeats it. A request may arrive twice: the job id, not this, makes it happen once.</summary>
    string RequestId { get; }
}

/// <summary>
/// The conversation of services outside the cluster with it, over ClusterClient. At most once in both directions: the client repeats
/// what is not answered, and everything here means the same the second time.
/// </summary>
public static class GatewayRequests
{
    /// <summary>Name of the gateway's actor, the same on every member that has one.</summary>
    public const string ActorName = "gateway";

    /// <summary>Where ClusterClient sends requests.</summary>
    public const string Path = "/user/" + ActorName;

    /// <summary>Jobs of one <see cref="List"/>; an answer must stay below what the transport takes.</summary>
    public const int MaxListed = 100;

    /// <summary>The longest that a <see cref="Watch"/> waits for news: well below what the transport's return path lives unused.</summary>
    public static readonly TimeSpan MaxWatch = TimeSpan.FromSeconds(15);

    /// <summary>Answered by <see cref="GatewayReplies.Accepted"/> once the job is stored. The same id and spec again change nothing.</summary>
    public sealed record Submit(string RequestId, JobId JobId, JobSpec Spec, string SubmittedBy) : IGatewayRequest;

    /// <summary>Answered by <see cref="GatewayReplies.Accepted"/>, also when the job has ended.</summary>
    public sealed record Cancel(string RequestId, JobId JobId, string RequestedBy) : IGatewayRequest;

    /// <summary>No further attempt starts until the job is resumed. Answered by <see cref="GatewayReplies.Accepted"/>.</summary>
    public sealed record Hold(string RequestId, JobId JobId, string RequestedBy) : IGatewayRequest;

    /// <summary>Ends a hold. Answered by <see cref="GatewayReplies.Accepted"/>.</summary>
    public sealed record Resume(string RequestId, JobId JobId, string RequestedBy) : IGatewayRequest;

    /// <summary>Why does the job not run? Answered by <see cref="GatewayReplies.Explained"/>, or refused when it does not wait.</summary>
    public sealed record Explain(string RequestId, JobId JobId) : IGatewayRequest;

    /// <summary>Answered by <see cref="GatewayReplies.Described"/> or <see cref="GatewayReplies.Unknown"/>.</summary>
    public sealed record Describe(string RequestId, JobId JobId) : IGatewayRequest;

    /// <summary>Jobs in the order of their ids. Answered by <see cref="GatewayReplies.Listed"/>.</summary>
    /// <param name="After">Only those behind this id; null from the first.</param>
    /// <param name="Limit">At most so many; from 1 to <see cref="MaxListed"/>.</param>
    public sealed record List(string RequestId, JobId? After, int Limit) : IGatewayRequest;

    /// <summary>
    /// Answered by <see cref="GatewayReplies.Seen"/> as soon as the job looks otherwise than <paramref name="Mark"/> says, at the latest
    /// when <paramref name="Wait"/> has passed; or by <see cref="GatewayReplies.Unknown"/>. Wakes no sleeping job.
    /// </summary>
    /// <param name="Mark">Of the answer before; null asks for an answer at once.</param>
    /// <param name="Wait">At most <see cref="MaxWatch"/>.</param>
    public sealed record Watch(string RequestId, JobId JobId, string? Mark, TimeSpan Wait) : IGatewayRequest;
}
