using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;

namespace AkkaMLScheduler.Cluster.Projections;

/// <summary>Registers the projection: one per cluster, on a member that can read the journal.</summary>
public static class ProjectionSingleton
{
    public static AkkaConfigurationBuilder AddProjection(this AkkaConfigurationBuilder builder, ReadTablesWriter tables, int batch, TimeSpan delay) =>
        builder.WithSingleton<Key>(
            "projection",
            (_, _, _) => Props.Create(() => new ProjectionActor(tables, batch, delay)),
            new ClusterSingletonOptions { Role = ClusterRoles.Scheduler },
            createProxyToo: false);

    public sealed class Key;
}
