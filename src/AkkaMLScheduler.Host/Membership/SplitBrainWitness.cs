using Akka.Actor;
using Akka.Cluster;
using Akka.Event;

namespace AkkaMLScheduler.Host.Membership;

/// <summary>Compares how members decide when the network splits. Of two that differ the younger one leaves, which is the one that has just come.</summary>
public sealed class SplitBrainWitness : ReceiveActor
{
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly TaskCompletionSource<string> _dissent;
    private readonly string _own;

    /// <param name="own">This member's <see cref="SplitBrainRole"/>.</param>
    /// <param name="dissent">Completed with what differs, if this member has to leave.</param>
    public SplitBrainWitness(string own, TaskCompletionSource<string> dissent)
    {
        _own = own;
        _dissent = dissent;
        Receive<ClusterEvent.IMemberEvent>(e => Compare(e.Member));
    }

    protected override void PreStart() =>
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private void Compare(Member member)
    {
        if (member.Status is not (MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up) || _cluster.IsTerminated) return;
        if (SplitBrainRole.In(member) is not { } other || other == _own || !member.IsOlderThan(_cluster.SelfMember)) return;
        var differs = $"its akka.cluster.split-brain-resolver settings are not those of member {member.Address}: "
            + $"[{_own}] here, [{other}] there; give all members the same";
        if (!_dissent.TrySetResult(differs)) return;
        _log.Error("This node leaves: {0}", differs);
        _cluster.Leave(_cluster.SelfAddress);
    }
}
