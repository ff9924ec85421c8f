using Akka;
using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Hosting;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>Registers workers: sharded by node, each shard on the member that is that node, reachable from every member.</summary>
public static class WorkerShards
{
    public const string TypeName = "worker";

    /// <summary>What the drain leaves of its phase's time, so that it ends by itself.</summary>
    private static readonly TimeSpan DrainMargin = TimeSpan.FromMilliseconds(500);

    public static AkkaConfigurationBuilder AddWorkers(this AkkaConfigurationBuilder builder, WorkerSettings? hosted, LakeCatalog catalog, ReadTables tables)
    {
        if (hosted is null) return builder.WithShardRegionProxy<Region>(TypeName, ClusterRoles.Worker, new Extractor());
        return builder.WithActors((system, registry) =>
        {
            var series = system.ActorOf(Props.Create(() => new SeriesActor(tables)), "series");
            var region = ClusterSharding.Get(system).Start(
                TypeName,
                _ => Props.Create(() => new WorkerActor(
                    hosted, registry.Get<JobShards.Region>(), registry.Get<SchedulerSingleton.Key>(), series, catalog, WorkloadRegistry.Default)),
                ClusterShardingSettings.Create(system).WithRole(ClusterRoles.Worker).WithPassivateIdleAfter(TimeSpan.Zero),
                new Extractor(),
                new NodeShardAllocation(Akka.Cluster.Cluster.Get(system)),
                PoisonPill.Instance);
            registry.Register<Region>(region);
            system.ActorOf(Props.Create(() => new WorkerWaker(hosted.Node, region)), "worker-waker");
            DrainBeforeLeaving(system, hosted.Node, region);
        });
    }

    /// <summary>An orderly stop hands the node's tasks back before the member leaves, within its phase's time.</summary>
    private static void DrainBeforeLeaving(ActorSystem system, string node, IActorRef region)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseServiceRequestsDone, "drain-worker", async () =>
        {
            try
            {
                await region.Ask<WorkerReports.Drained>(new WorkerCommands.Drain(node), shutdown.Timeout(CoordinatedShutdown.PhaseServiceRequestsDone) - DrainMargin);
            }
            catch (AskTimeoutException)
            {
                system.Log.Warning("Worker [{0}] leaves with tasks that were not handed back in time", node);
            }

            return Done.Instance;
        });
    }

    /// <summary>The registry's key of the region (or proxy) that takes every <see cref="IWorkerCommand"/>.</summary>
    public sealed class Region;

    private sealed class Extractor : IMessageExtractor
    {
        public string? EntityId(object message) => (message as IWorkerCommand)?.Node;

        public object EntityMessage(object message) => message;

        public string? ShardId(object message) => EntityId(message);

        public string ShardId(string entityId, object? messageHint = null) => entityId;
    }
}
