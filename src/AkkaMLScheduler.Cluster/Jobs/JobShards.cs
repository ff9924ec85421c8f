using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Hosting;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Jobs;

/// <summary>Registers jobs: sharded by id over the members with the scheduler role, reachable from every member.</summary>
public static class JobShards
{
    public const string TypeName = "job";

    /// <summary>About ten per scheduler node of the largest cluster meant; can never change for a given journal.</summary>
    private const int ShardCount = 30;

    public static AkkaConfigurationBuilder AddJobs(this AkkaConfigurationBuilder builder, bool hosted, TimeProvider time)
    {
        if (!hosted) return builder.WithShardRegionProxy<Region>(TypeName, ClusterRoles.Scheduler, new Extractor());
        return builder.WithShardRegion<Region>(
            TypeName,
            (_, registry, _) => id => Props.CreateBy(new ActorFactory<JobActor>(() => new JobActor(
                new JobId(id), registry.Get<SchedulerSingleton.Key>(), registry.Get<WorkerShards.Region>(), time))),
            new Extractor(),
            new ShardOptions { Role = ClusterRoles.Scheduler, StateStoreMode = StateStoreMode.DData });
    }

    /// <summary>The registry's key of the region (or proxy) that takes every <see cref="IJobCommand"/>.</summary>
    public sealed class Region;

    private sealed class Extractor() : HashCodeMessageExtractor(ShardCount)
    {
        public override string? EntityId(object message) => (message as IJobCommand)?.JobId.Value;
    }
}
