using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Pattern;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Workers;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>Registers the scheduler: one per cluster, on the oldest member with the scheduler role, reachable from every member.</summary>
public static class SchedulerSingleton
{
    public const string Name = "scheduler";

    private static readonly TimeSpan LeaseRetryInterval = TimeSpan.FromSeconds(1);

    /// <param name="builder">The node.</param>
    /// <param name="hosted">Null where the scheduler never runs, but is spoken to.</param>
    /// <param name="tables">Where open jobs are looked for; null as <paramref name="hosted"/>.</param>
    /// <param name="leased">Whether a lease in PostgreSQL says which member may run it.</param>
    /// <param name="time">The clock of ledger entries.</param>
    public static AkkaConfigurationBuilder AddScheduler(
        this AkkaConfigurationBuilder builder, SchedulerSettings? hosted, ReadTables? tables, bool leased, TimeProvider time)
    {
        var options = new ClusterSingletonOptions { Role = ClusterRoles.Scheduler };
        if (leased) (options.LeaseImplementation, options.LeaseRetryInterval) = (new PostgresLeaseOption(), LeaseRetryInterval);
        if (hosted is null || tables is null) return builder.WithSingletonProxy<Key>(Name, options);
        return builder.WithSingleton<Key>(
            Name,
            (_, registry, _) =>
            {
                // Jobs are registered before the scheduler, workers after it.
                Func<IActorRef> workers = () => registry.Get<WorkerShards.Region>();
                return Supervised(Props.Create(() => new SchedulerActor(hosted, registry.Get<JobShards.Region>(), workers, tables, time)));
            },
            options);
    }

    /// <summary>A ledger that cannot be written or read stops the actor; the singleton's manager would leave it at that.</summary>
    private static Props Supervised(Props scheduler) => BackoffSupervisor.Props(
        Backoff.OnStop(scheduler, "ledger", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), randomFactor: 0.2, maxNrOfRetries: -1));

    /// <summary>The registry's key of the proxy that takes every <see cref="Contracts.ISchedulerCommand"/>.</summary>
    public sealed class Key;
}
