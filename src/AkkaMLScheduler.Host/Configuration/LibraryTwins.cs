using Akka.Configuration;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>Settings that Akka.NET and this product both have a name for. Whoever sets the library's means ours.</summary>
internal static class LibraryTwins
{
    private static readonly (string Akka, string Amls)[] All =
    [
        ("akka.remote.dot-netty.tcp.hostname", "amls.node.host"),
        ("akka.remote.dot-netty.tcp.public-hostname", "amls.node.public-host"),
        ("akka.remote.dot-netty.tcp.port", "amls.node.port"),
        ("akka.cluster.seed-nodes", "amls.node.seeds"),
        ("akka.cluster.roles", "amls.node.roles"),
    ];

    /// <summary>The library's that are set, under our names.</summary>
    public static Config Of(Config laidOver)
    {
        var ours = All.Where(twin => laidOver.HasPath(twin.Akka)).Select(twin => $"{twin.Amls} = {laidOver.GetValue(twin.Akka)}");
        return ConfigurationFactory.ParseString(string.Join('\n', ours));
    }
}
