using Akka.Actor;
using Akka.Hosting;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>The scheduler refused what was asked of it.</summary>
public sealed class SchedulerRefusedException(string message) : Exception(message);

/// <summary>Where whoever is on a member asks the cluster's scheduler, wherever that runs.</summary>
public sealed class SchedulerDesk(IActorRegistry registry)
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);

    /// <exception cref="SchedulerRefusedException">The job does not wait.</exception>
    /// <exception cref="AskTimeoutException">No scheduler answered in time.</exception>
    public Task<SchedulerReplies.Explained> ExplainAsync(JobId job, CancellationToken ct = default) =>
        AskAsync<SchedulerReplies.Explained>(new SchedulerRequests.Explain(job), ct);

    /// <param name="request">A cordon, a drain or the end of one.</param>
    /// <param name="ct">Ends the wait, not what was asked.</param>
    /// <exception cref="AskTimeoutException">No scheduler answered in time.</exception>
    public Task<SchedulerReplies.NodeSet> SetNodeAsync(ISchedulerCommand request, CancellationToken ct = default) =>
        AskAsync<SchedulerReplies.NodeSet>(request, ct);

    private async Task<T> AskAsync<T>(ISchedulerCommand request, CancellationToken ct) =>
        await registry.Get<SchedulerSingleton.Key>().Ask<object>(request, AskTimeout, ct) switch
        {
            T reply => reply,
            SchedulerReplies.Refused refused => throw new SchedulerRefusedException(refused.Reason),
            var other => throw new InvalidOperationException($"The scheduler answered {request.GetType().Name} with {other.GetType()}."),
        };
}
