using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using AkkaMLScheduler.Cluster.Projections;

namespace AkkaMLScheduler.Cluster.Notices;

/// <summary>Registers who tells of jobs' ends: one per cluster, and none where nobody may be told.</summary>
public static class NoticeSingleton
{
    public static AkkaConfigurationBuilder AddNotices(this AkkaConfigurationBuilder builder, NoticeSettings settings, ReadTables tables, TimeProvider time) =>
        settings.Allow.Count == 0
            ? builder
            : builder.WithSingleton<Key>(
                "notices",
                (_, _, _) => Props.Create(() => new NoticeActor(settings, tables, time)),
                new ClusterSingletonOptions { Role = ClusterRoles.Scheduler },
                createProxyToo: false);

    public sealed class Key;
}
