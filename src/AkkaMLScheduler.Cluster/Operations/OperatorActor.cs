using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cluster.Operations;

/// <summary>Answers the operators' verbs on this member. Keeps nothing: everything is read from the cluster when it is asked for.</summary>
public sealed class OperatorActor : ReceiveActor
{
    /// <summary>How long the regions of a kind have to say what they hold.</summary>
    private static readonly TimeSpan StatsTimeout = TimeSpan.FromSeconds(3);

    /// <summary>The same through another member.</summary>
    private static readonly TimeSpan PassOnTimeout = TimeSpan.FromSeconds(5);

    private readonly IReadOnlyDictionary<string, string> _roles;
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);

    /// <param name="roles">By kind of entity, the role of the members that hold them.</param>
    public OperatorActor(IReadOnlyDictionary<string, string> roles)
    {
        _roles = roles;
        Receive<OperatorRequests.ShowCluster>(_ => Sender.Tell(Show()));
        Receive<OperatorRequests.Join>(r => Sender.Tell(Join(r.Address)));
        Receive<OperatorRequests.Leave>(r => Sender.Tell(Leave(r.Address)));
        Receive<OperatorRequests.Down>(r => Sender.Tell(OnMember(r.Address, Down)));
        Receive<OperatorRequests.DownUnreachable>(_ => Sender.Tell(DownUnreachable()));
        Receive<OperatorRequests.ListRegions>(_ => Sender.Tell(new RegionsView(
            [.. _roles.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => new RegionView(r.Key, r.Value, _cluster.SelfMember.HasRole(r.Value)))])));
        Receive<OperatorRequests.ShowRegion>(ShowRegion);
        Receive<OperatorRequests.ShowHierarchy>(r => Sender.Tell(new ActorTree(Context.System).Show(r.Path, r.Depth)));
    }

    private ClusterView Show()
    {
        var state = _cluster.State;
        return new ClusterView(
            Context.System.Name, _cluster.SelfAddress.ToString(), state.Leader?.ToString(),
            [.. state.Members.OrderBy(m => m.Address.ToString(), StringComparer.Ordinal).Select(m => View(m, state.Unreachable))]);
    }

    private static MemberView View(Member member, ImmutableHashSet<Member> unreachable) => new(
        member.Address.ToString(), [.. member.Roles.Where(r => !r.StartsWith(ClusterRoles.SplitBrainPrefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)], member.Status.ToString().ToLowerInvariant(),
        !unreachable.Contains(member), member.AppVersion.ToString());

    private object Join(string address)
    {
        if (!TryParse(address, out var parsed)) return NoAddress(address);
        if (_cluster.State.Members.Any(m => m.UniqueAddress.Equals(_cluster.SelfUniqueAddress)))
            return new OperatorReplies.Refused($"{_cluster.SelfAddress} is a member of a cluster already; make it leave, and start it again with --seeds {address}");
        _cluster.Join(parsed);
        return new OperatorReplies.Done($"{_cluster.SelfAddress} joins at {parsed}");
    }

    private object Leave(string? address) => OnMember(address ?? _cluster.SelfAddress.ToString(), member =>
    {
        _cluster.Leave(member);
        return $"{member} leaves";
    });

    private string Down(Address member)
    {
        _cluster.Down(member);
        return $"{member} is downed";
    }

    private object DownUnreachable()
    {
        var gone = _cluster.State.Unreachable.Select(m => m.Address).ToList();
        foreach (var member in gone) _cluster.Down(member);
        return new OperatorReplies.Done(gone.Count == 0 ? "no member is unreachable" : $"downed: {string.Join(", ", gone)}");
    }

    private object OnMember(string address, Func<Address, string> act)
    {
        if (!TryParse(address, out var parsed)) return NoAddress(address);
        var members = _cluster.State.Members;
        return members.Any(m => m.Address.Equals(parsed))
            ? new OperatorReplies.Done(act(parsed))
            : new OperatorReplies.Refused($"there is no member {parsed}; the members are {string.Join(", ", members.Select(m => m.Address))}");
    }

    private void ShowRegion(OperatorRequests.ShowRegion request)
    {
        if (!_roles.TryGetValue(request.Region, out var role))
        {
            Sender.Tell(new OperatorReplies.Refused(
                $"there is no region '{request.Region}'{Suggestion.For(request.Region, _roles.Keys)} The regions are {string.Join(", ", _roles.Keys.Order(StringComparer.Ordinal))}"));
            return;
        }

        if (_cluster.SelfMember.HasRole(role))
        {
            AskRegion(request.Region, role).PipeTo(Sender, Self, failure: e => Late(request.Region, e));
            return;
        }

        // Only a region knows; here is but a proxy.
        if (_cluster.State.Members.Except(_cluster.State.Unreachable).Where(m => m.HasRole(role) && m.Status == MemberStatus.Up).OrderBy(m => m.Address.ToString(), StringComparer.Ordinal).FirstOrDefault() is { } other)
        {
            Context.ActorSelection(new RootActorPath(other.Address) / "user" / OperatorRequests.ActorName)
                .Ask<object>(request, PassOnTimeout).PipeTo(Sender, Self, failure: e => Late(request.Region, e));
            return;
        }

        Sender.Tell(new OperatorReplies.Refused($"no member with the role {role} can be reached, and only those have the region '{request.Region}'"));
    }

    private async Task<object> AskRegion(string region, string role)
    {
        var state = _cluster.State;
        var self = _cluster.SelfAddress;
        var answer = await ClusterSharding.Get(Context.System).ShardRegion(region)
            .Ask<ClusterShardingStats>(new GetClusterShardingStats(StatsTimeout), StatsTimeout + TimeSpan.FromSeconds(1));
        var stats = answer.Regions.ToDictionary(r => r.Key.HasLocalScope ? self : r.Key, r => r.Value);
        var members = state.Members.Where(m => m.HasRole(role)).OrderBy(m => m.Address.ToString(), StringComparer.Ordinal).ToList();
        var oldest = members.Where(m => m.Status is MemberStatus.Up or MemberStatus.Leaving).Aggregate((Member?)null, (a, b) => a is null || b.IsOlderThan(a) ? b : a);
        return new RegionStatsView(
            region,
            [
                .. members.Where(m => stats.ContainsKey(m.Address)).Select(m => new RegionShareView(
                    View(m, state.Unreachable), m == oldest, stats[m.Address].Stats.Count, stats[m.Address].Stats.Values.Sum())),
            ],
            [.. members.Where(m => !stats.ContainsKey(m.Address)).Select(m => m.Address.ToString())]);
    }

    private static object Late(string region, Exception e) => new OperatorReplies.Refused($"the region '{region}' did not answer in time: {e.GetBaseException().Message}");

    private static object NoAddress(string address) =>
        new OperatorReplies.Refused($"'{address}' is not a member's address, such as akka.tcp://amls@127.0.0.1:4053");

    private static bool TryParse(string text, out Address address)
    {
        address = Address.AllSystems;
        if (!ActorPath.TryParseAddress(text, out var parsed) || parsed.Port is null) return false;
        address = parsed;
        return true;
    }
}
