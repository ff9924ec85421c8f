using Akka.Actor;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster;

namespace AkkaMLScheduler.Host.Pipelines;

/// <summary>
/// Registers the slots in which pipelines run: a fixed number of sharded daemon processes over the members with the ingest role. An
/// instance of a pipeline belongs to a slot; when a member is lost its slots, and so its instances, go on elsewhere.
/// </summary>
public static class PipelineDaemons
{
    private const string TypeName = "pipeline";

    public static AkkaConfigurationBuilder AddPipelines(
        this AkkaConfigurationBuilder builder, PipelineSettings settings, string node, LakeCatalog catalog, PipelineStore store, TimeProvider time) =>
        builder.WithShardedDaemonProcess<Slots>(
            TypeName,
            settings.Slots,
            (_, _, _) => slot => Props.CreateBy(new ActorFactory<PipelineSlotActor>(() => new PipelineSlotActor(slot, settings, node, catalog, store, time))),
            new ClusterDaemonOptions { Role = ClusterRoles.Ingest });

    /// <summary>The registry's key of the slots.</summary>
    public sealed class Slots;
}
