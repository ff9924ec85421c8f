using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>
/// Puts the shard of a node on the cluster member that is that node. A member says which node it is by a role, so the answer is the
/// same on every coordinator and after every restart; where that member is not there, the allocation fails and is tried again.
/// </summary>
public sealed class NodeShardAllocation(Akka.Cluster.Cluster cluster) : IShardAllocationStrategy
{
    private const string RolePrefix = "node-";

    /// <summary>The role by which a member says that it is <paramref name="node"/>.</summary>
    public static string RoleOf(string node) => RolePrefix + node;

    public static string? NodeOf(Akka.Cluster.Member member) =>
        member.Roles.FirstOrDefault(r => r.StartsWith(RolePrefix, StringComparison.Ordinal))?[RolePrefix.Length..];

    public Task<IActorRef> AllocateShard(
        IActorRef requester, string shardId, IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
    {
        var home = currentShardAllocations.Keys.FirstOrDefault(region => IsOn(region, shardId));
        return home is not null
            ? Task.FromResult(home)
            : Task.FromException<IActorRef>(new InvalidOperationException($"Node '{shardId}' is not in the cluster."));
    }

    /// <summary>
    /// Never: a shard is placed on its node or not at all. Moving one away from a member that has just been removed would wait for a
    /// region that can no longer answer, while the coordinator frees such shards by itself.
    /// </summary>
    public Task<IImmutableSet<string>> Rebalance(
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations, IImmutableSet<string> rebalanceInProgress) =>
        Task.FromResult<IImmutableSet<string>>(ImmutableHashSet<string>.Empty);

    private bool IsOn(IActorRef region, string node)
    {
        var address = region.Path.Address.HasLocalScope ? cluster.SelfAddress : region.Path.Address;
        return cluster.State.Members.Any(m =>
            m.Address.Equals(address) && m.Status is (Akka.Cluster.MemberStatus.Up or Akka.Cluster.MemberStatus.WeaklyUp) && m.HasRole(RoleOf(node)));
    }
}
