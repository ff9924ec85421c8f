using System.Net;
using Akka.Actor;
using Akka.Configuration;
using AkkaMLScheduler.Cluster;
using AkkaMLScheduler.Host.Membership;
using AkkaMLScheduler.Host.Security;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>
/// Refuses settings that start but cannot work: they would show hours later, as shards that nobody answers for, as two clusters where
/// there was one, or as a door left open. Whatever was laid over Akka.NET's own settings is looked at as it would be in force.
/// </summary>
public static class StartUpCheck
{
    private static readonly string[] Strategies = ["keep-majority", "static-quorum", "keep-oldest", "down-all", "lease-majority"];

    /// <summary>Whatever these name is asked of any member, a Lighthouse among them, unless a role says of whom.</summary>
    private static readonly string[] Scoped = ["sharding", "singleton", "singleton-proxy", "pub-sub", "client.receptionist", "distributed-data"];

    /// <exception cref="SettingsException">The first thing that cannot work: what, where, and what to do.</exception>
    public static void Demand(NodeSettings settings)
    {
        var akka = NodeHocon.Of(settings);
        try
        {
            if (Faults(settings, akka).FirstOrDefault() is { } fault) throw new SettingsException(fault);
            SplitBrainRole.Of(akka);
        }
        catch (Exception e) when (e is FormatException or OverflowException or ConfigurationException or InvalidCastException)
        {
            throw new SettingsException($"a setting of akka has a value of the wrong kind: {e.GetBaseException().Message.ReplaceLineEndings(" ")}");
        }

        if (settings.Tls.Enabled) PeerTrust.Load(settings.Tls);
    }

    private static IEnumerable<string> Faults(NodeSettings settings, Config akka) =>
        [.. Roles(settings), .. Doors(settings, akka), .. Seeds(settings), .. Hosting(akka), .. Splits(akka), .. Stop(settings, akka)];

    private static IEnumerable<string> Roles(NodeSettings settings)
    {
        if (settings.Roles.Count == 0) yield return "amls.node.roles is empty; a node is any of scheduler, worker and ingest, or a lighthouse";
        if (settings.Roles.Except(ClusterRoles.All).FirstOrDefault() is { } role)
            yield return $"amls.node.roles has '{role}'; the roles are {string.Join(", ", ClusterRoles.All)}";
        if (settings.IsLighthouse && settings.Roles.Count > 1)
            yield return $"amls.node.roles is {string.Join(", ", settings.Roles)}; a lighthouse hosts nothing else: give it a node of its own";
    }

    private static IEnumerable<string> Doors(NodeSettings settings, Config akka)
    {
        if (!IPAddress.IsLoopback(settings.Host) && !settings.Tls.Enabled)
        {
            yield return $"amls.node.host is {settings.Host}; remoting without TLS binds to loopback only: make certificates with 'amls certs init' "
                + "and enable amls.tls, or stay on 127.0.0.1";
        }

        if ((settings.Host.Equals(IPAddress.Any) || settings.Host.Equals(IPAddress.IPv6Any)) && settings.PublicHost is null)
            yield return $"amls.node.host is {settings.Host}, which nobody can call; set amls.node.public-host to the name by which others reach this node";
        if (settings.Tls is { Enabled: true } tls && (tls.Certificate.Length == 0 || tls.Authority.Length == 0))
            yield return $"amls.tls is enabled without amls.tls.{(tls.Certificate.Length == 0 ? "certificate" : "ca")}; 'amls certs init' makes both";
        if (settings.Tls.Enabled && akka.GetBoolean("akka.remote.dot-netty.tcp.ssl.suppress-validation", false))
            yield return "akka.remote.dot-netty.tcp.ssl.suppress-validation is on, which lets anyone in; leave it out";
        if (akka.GetBoolean("akka.actor.serialization-settings.allow-unregistered-types", false))
        {
            yield return "akka.actor.serialization-settings.allow-unregistered-types is on, so that a peer could name any type; leave it out and "
                + "bind what you send to a serializer";
        }
    }

    private static IEnumerable<string> Seeds(NodeSettings settings)
    {
        var protocol = settings.Tls.Enabled ? "akka.ssl.tcp" : "akka.tcp";
        foreach (var seed in settings.Seeds)
        {
            if (!ActorPath.TryParseAddress(seed, out var address) || address.Host is null || address.Port is null)
                yield return $"the seed '{seed}' (amls.node.seeds, --seeds or CLUSTER_SEEDS) is no member's address; write {protocol}://{settings.System}@HOST:PORT";
            else if (address.System != settings.System)
                yield return $"the seed '{seed}' is of the system '{address.System}', this node of '{settings.System}'; give all members one amls.system";
            else if (address.Protocol != protocol)
            {
                yield return $"the seed '{seed}' speaks {address.Protocol}, this node {protocol}; amls.tls.enabled must be the same on all members, "
                    + $"and seeds begin {protocol}://";
            }
        }
    }

    private static IEnumerable<string> Hosting(Config akka)
    {
        foreach (var part in Scoped)
        {
            var role = akka.GetString($"akka.cluster.{part}.role", "");
            if (role is not (ClusterRoles.Scheduler or ClusterRoles.Worker))
            {
                yield return $"akka.cluster.{part}.role is '{role}'; without a role of ours a seed that knows no message of ours may be asked to host it: "
                    + $"leave it out, or set {ClusterRoles.Scheduler} or {ClusterRoles.Worker}";
            }
        }

        if (akka.GetString("akka.actor.provider", "") != "cluster")
            yield return $"akka.actor.provider is '{akka.GetString("akka.actor.provider", "")}'; a node is a member of a cluster: leave it out";
    }

    private static IEnumerable<string> Splits(Config akka)
    {
        if (akka.GetString("akka.cluster.downing-provider-class", "").Length == 0)
            yield return "akka.cluster.downing-provider-class is empty, so that a dead member would never be removed and its jobs never run again; leave it out";
        if (akka.GetString("akka.cluster.auto-down-unreachable-after", "off") is var auto && auto is not ("off" or "false" or ""))
            yield return $"akka.cluster.auto-down-unreachable-after is {auto}, which makes two clusters of one when the network splits; leave it out";
        var strategy = akka.GetString("akka.cluster.split-brain-resolver.active-strategy", "");
        if (!Strategies.Contains(strategy))
            yield return $"akka.cluster.split-brain-resolver.active-strategy is '{strategy}'; the strategies are {string.Join(", ", Strategies)}";
        var voters = akka.GetString($"akka.cluster.split-brain-resolver.{strategy}.role", "");
        if (voters.Length > 0 && !ClusterRoles.All.Contains(voters))
            yield return $"akka.cluster.split-brain-resolver.{strategy}.role is '{voters}', which no member has; the roles are {string.Join(", ", ClusterRoles.All)}";
    }

    private static IEnumerable<string> Stop(NodeSettings settings, Config akka)
    {
        var longest = ShutdownPhases.LongestUnder(akka) + ShutdownPhases.Margin;
        if (longest > settings.StopGrace)
        {
            yield return $"an orderly stop may take {longest.TotalSeconds:0} s by akka.coordinated-shutdown.phases, but amls.node.stop-grace allows "
                + $"{settings.StopGrace.TotalSeconds:0} s; raise it (and terminationGracePeriodSeconds of the pods), or shorten a phase";
        }
    }
}
