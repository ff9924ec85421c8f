using Akka.Actor;
using AkkaMLScheduler.Host.Configuration;

namespace AkkaMLScheduler.Host.Membership;

/// <summary>How a node becomes a member.</summary>
public static class ClusterEntry
{
    private static readonly TimeSpan JoinTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Returns when the node is a member that is up.</summary>
    /// <exception cref="SettingsException">No seed let it in in time, or the members decide otherwise than this node when the network splits.</exception>
    public static async Task JoinAsync(ActorSystem system, NodeSettings settings, CancellationToken ct)
    {
        var cluster = Akka.Cluster.Cluster.Get(system);
        var dissent = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var own = SplitBrainRole.Of(NodeHocon.Of(settings));
        system.ActorOf(Props.Create(() => new SplitBrainWitness(own, dissent)), "split-brain-witness");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(JoinTimeout);
        try
        {
            var joined = settings.Seeds.Count == 0
                ? cluster.JoinAsync(cluster.SelfAddress, limit.Token)
                : cluster.JoinSeedNodesAsync(Seeds(settings, cluster.SelfAddress), limit.Token);
            if (await Task.WhenAny(joined, dissent.Task) == joined) await joined;
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            throw new SettingsException(
                $"node '{settings.Name}' could not join the cluster at {string.Join(", ", settings.Seeds)} within {JoinTimeout.TotalSeconds:0} s: {e.Message}; "
                + $"is a member running there, under the system's name '{settings.System}', and with the same amls.tls? {LogFile.PathOf(settings)} has more");
        }

        if (dissent.Task.IsCompleted) throw new SettingsException($"node '{settings.Name}' is not let into the cluster: {await dissent.Task}");
    }

    /// <summary>A seed is one of its own seeds, so that the first of them begins the cluster; other nodes never begin one when they were given seeds.</summary>
    private static IEnumerable<Address> Seeds(NodeSettings settings, Address self)
    {
        var seeds = settings.Seeds.Select(Address.Parse);
        return settings.IsLighthouse ? seeds.Append(self).Distinct() : seeds;
    }
}
