using Akka.Actor;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>Keeps this node's own worker awake: sharding starts an entity for a message, so one is sent at start and every now and then.</summary>
public sealed class WorkerWaker : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    public WorkerWaker(string node, IActorRef workers) =>
        Receive<WorkerCommands.Activate>(activate => workers.Tell(activate with { Node = node }));

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() =>
        Timers.StartPeriodicTimer("wake", new WorkerCommands.Activate(""), TimeSpan.Zero, Interval);
}
