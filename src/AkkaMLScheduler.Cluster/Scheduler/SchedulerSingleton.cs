using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Projections;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>Registers the scheduler: one per cluster, on the oldest member with the scheduler role, reachable from every member.</summary>
public static class SchedulerSingleton
{
    public const string Name = "scheduler";

    public static AkkaConfigurationBuilder AddScheduler(
        this AkkaConfigurationBuilder builder, SchedulerSettings? hosted, ReadTables? tables, TimeProvider time)
    {
        var options = new ClusterSingletonOptions { Role = ClusterRoles.Scheduler };
        if (hosted is null || tables is null) return builder.WithSingletonProxy<Key>(Name, options);
        return builder.WithSingleton<Key>(
            Name,
            (_, registry, _) => Props.Create(() => new SchedulerActor(hosted, registry.Get<JobShards.Region>(), tables, time)),
            options);
    }

    /// <summary>The registry's key of the proxy that takes every <see cref="Contracts.ISchedulerCommand"/>.</summary>
    public sealed class Key;
}
