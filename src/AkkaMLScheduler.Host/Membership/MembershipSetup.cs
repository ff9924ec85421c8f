using Akka.Cluster.Hosting;
using Akka.Configuration;
using Akka.Hosting;
using Akka.Remote.Hosting;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Host.Security;

namespace AkkaMLScheduler.Host.Membership;

/// <summary>Makes an actor system a member: where it listens, what it may be called, and by what others know it.</summary>
public static class MembershipSetup
{
    /// <param name="hocon">What the node's other settings are, for what members tell each other of them.</param>
    public static AkkaConfigurationBuilder AddMembership(this AkkaConfigurationBuilder akka, NodeSettings settings, Config hocon)
    {
        if (settings.Tls.Enabled) akka.AddSetup(PeerTrust.Load(settings.Tls).Setup());

        akka.WithRemoting(new RemoteOptions { HostName = settings.Host.ToString(), PublicHostName = settings.PublicHost, Port = settings.Port })
            .WithClustering(new ClusterOptions());
        string[] roles = settings.IsLighthouse
            ? [.. settings.Roles, SplitBrainRole.Of(hocon)]
            : [.. settings.Roles, NodeShardAllocation.RoleOf(settings.Name), SplitBrainRole.Of(hocon)];

        // Seeds are joined once the node is ready; those in the library's own setting would be joined behind its back.
        return akka.AddHocon(
            ConfigurationFactory.ParseString($"""
                akka.cluster.seed-nodes = []
                akka.cluster.roles = [{string.Join(", ", roles.Select(role => $"\"{role}\""))}]
                akka.remote.dot-netty.tcp.enable-ssl = {(settings.Tls.Enabled ? "on" : "off")}
                """),
            HoconAddMode.Prepend);
    }
}
