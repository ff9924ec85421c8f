using System.Collections.Immutable;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Jobs;

/// <summary>What follows from a command: events to store first, then an answer to its sender and a message to the scheduler.</summary>
/// <param name="Events">Empty when nothing changes.</param>
/// <param name="Reply">For the sender, once the events are stored.</param>
/// <param name="ToScheduler">Said once; whatever must be repeated is derived from the state instead.</param>
public sealed record Decision(ImmutableArray<IJobEvent> Events, object? Reply = null, ISchedulerCommand? ToScheduler = null)
{
    public static readonly Decision Nothing = new([]);

    public static Decision Answer(object reply) => new([], reply);
}
