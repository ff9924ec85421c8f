using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Contracts;

/// <summary>The gateway's answer to one <see cref="IGatewayRequest"/>.</summary>
public interface IGatewayReply
{
    string RequestId { get; }
}

/// <summary>What the gateway answers.</summary>
public static class GatewayReplies
{
    /// <param name="AlreadyKnown">Nothing changed: the same had been stored before.</param>
    public sealed record Accepted(string RequestId, JobId JobId, JobStatus Status, bool AlreadyKnown) : IGatewayReply;

    /// <summary>What was asked for cannot be done, now or later; <paramref name="Reason"/> says what was wrong and what would be right.</summary>
    public sealed record Refused(string RequestId, string Reason) : IGatewayReply;

    /// <summary>Nothing was done because too much is under way, or because a part of the cluster did not answer: ask again.</summary>
    public sealed record Busy(string RequestId, string Reason) : IGatewayReply;

    /// <summary>The read tables do not know the job; if it was accepted a moment ago, they may soon.</summary>
    public sealed record Unknown(string RequestId, JobId JobId) : IGatewayReply;

    /// <param name="Attempts">The newest, oldest first, as many as have <see cref="JobSpec.MaxTasks"/> placements together.</param>
    public sealed record Described(string RequestId, JobView Job, JobSpec Spec, IReadOnlyList<AttemptView> Attempts) : IGatewayReply;

    public sealed record Listed(string RequestId, IReadOnlyList<JobView> Jobs) : IGatewayReply;

    public sealed record Explained(string RequestId, SchedulerReplies.Explained Explanation) : IGatewayReply;

    /// <param name="Mark">To be given back with the next <see cref="GatewayRequests.Watch"/>.</param>
    public sealed record Seen(string RequestId, JobView Job, string Mark) : IGatewayReply;
}
