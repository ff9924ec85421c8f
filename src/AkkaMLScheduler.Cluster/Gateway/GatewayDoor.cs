using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Cluster.Tools.Client;
using Akka.Hosting;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Notices;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Gateway;

/// <summary>Registers the gateway with the receptionist of this member, so that services outside find it; on scheduler nodes only.</summary>
public static class GatewayDoor
{
    public static AkkaConfigurationBuilder AddGateway(
        this AkkaConfigurationBuilder builder, LakeCatalog catalog, ReadTables tables, NoticeSettings notices, TimeProvider time) =>
        builder
            .WithDistributedPubSub(ClusterRoles.Scheduler)
            .WithClusterClientReceptionist(role: ClusterRoles.Scheduler)
            .WithActors((system, registry) =>
            {
                var gateway = system.ActorOf(
                    Props.Create(() => new GatewayActor(new Submissions(registry, catalog, tables, notices), new SchedulerDesk(registry), tables, time)),
                    GatewayRequests.ActorName);
                ClusterClientReceptionist.Get(system).RegisterService(gateway);
            });
}
