using Akka.Actor;
using Akka.Hosting;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Operations;

/// <summary>Registers the actor that answers the operators' verbs; on every member.</summary>
public static class OperatorDoor
{
    private static readonly IReadOnlyDictionary<string, string> Regions = new Dictionary<string, string>
    {
        [JobShards.TypeName] = ClusterRoles.Scheduler,
        [WorkerShards.TypeName] = ClusterRoles.Worker,
    };

    public static AkkaConfigurationBuilder AddOperator(this AkkaConfigurationBuilder builder) => builder.WithActors((system, registry) =>
        registry.Register<OperatorActor>(system.ActorOf(Props.Create(() => new OperatorActor(Regions)), OperatorRequests.ActorName)));
}
