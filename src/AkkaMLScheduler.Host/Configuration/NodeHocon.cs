using Akka.Configuration;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>What Akka.NET is told of a node before anything else: its files, and what the user laid over them.</summary>
public static class NodeHocon
{
    /// <summary>The user's settings over what follows from ours, over the stop's table, over <c>hocon/akka.conf</c>.</summary>
    public static Config Of(NodeSettings settings) => ConfigurationFactory.ParseString(settings.Overrides)
        .WithFallback(settings.Database == CatalogProvider.PostgreSql ? HoconText.MarginWithLease : Config.Empty)
        .WithFallback(ConfigurationFactory.ParseString(ShutdownPhases.Hocon()))
        .WithFallback(ConfigurationFactory.ParseString(HoconText.Akka));
}
