using Akka.Actor;
using Akka.Cluster.Tools.Client;

namespace AkkaMLScheduler.Contracts.Client;

/// <summary>
/// Every request of one client that is under way: sends them through ClusterClient, repeats those that are not answered, gives up those
/// whose deadline has passed. One sweep for all instead of a timer for each.
/// </summary>
internal sealed class RequestDesk : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(100);

    private readonly SchedulerClientOptions _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Pending> _pending = [];
    private readonly IActorRef _cluster;

    public RequestDesk(SchedulerClientOptions options, TimeProvider time)
    {
        _options = options;
        _time = time;
        _cluster = Context.ActorOf(
            ClusterClient.Props(ClusterClientSettings.Create(Context.System).WithInitialContacts([.. options.Receptionists()])), "cluster-client");
        Receive<Ask>(Take);
        Receive<Forget>(forget => _pending.Remove(forget.RequestId));
        Receive<IGatewayReply>(Answered);
        Receive<Sweep>(_ => RepeatAndGiveUp());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(Sweep.Instance, Sweep.Instance, SweepInterval);

    protected override void PostStop()
    {
        foreach (var pending in _pending.Values) pending.Ask.Answer.TrySetException(new ObjectDisposedException(nameof(SchedulerClient)));
    }

    private void Take(Ask ask)
    {
        var now = _time.GetTimestamp();
        _pending.Add(ask.Request.RequestId, new Pending(ask, now) { RepeatAt = Later(now, _options.RepeatAfter + ask.Patience) });
        Send(ask.Request);
    }

    private void Answered(IGatewayReply reply)
    {
        if (!_pending.TryGetValue(reply.RequestId, out var pending)) return;
        if (reply is GatewayReplies.Busy busy)
        {
            // Not at once: whoever is busy is helped by nobody who insists.
            pending.Reason = busy.Reason;
            pending.RepeatAt = Later(_time.GetTimestamp(), _options.RepeatAfter);
            return;
        }

        _pending.Remove(reply.RequestId);
        pending.Ask.Answer.TrySetResult(reply);
    }

    private void RepeatAndGiveUp()
    {
        var now = _time.GetTimestamp();
        foreach (var pending in _pending.Values.ToList())
        {
            if (_time.GetElapsedTime(pending.Since, now) > _options.Deadline + pending.Ask.Patience)
            {
                _pending.Remove(pending.Ask.Request.RequestId);
                pending.Ask.Answer.TrySetException(new SchedulerUnreachableException(
                    $"no answer from {string.Join(", ", _options.ContactPoints)} within {_options.Deadline + pending.Ask.Patience}: {pending.Reason}"));
            }
            else if (now >= pending.RepeatAt)
            {
                pending.RepeatAt = Later(now, _options.RepeatAfter + pending.Ask.Patience);
                Send(pending.Ask.Request);
            }
        }
    }

    private void Send(IGatewayRequest request) => _cluster.Tell(new ClusterClient.Send(GatewayRequests.Path, request, localAffinity: true));

    private long Later(long timestamp, TimeSpan by) => timestamp + (long)(by.TotalSeconds * _time.TimestampFrequency);

    /// <param name="Patience">How long the gateway itself may take to answer.</param>
    internal sealed record Ask(IGatewayRequest Request, TimeSpan Patience, TaskCompletionSource<IGatewayReply> Answer) : INoSerializationVerificationNeeded;

    internal sealed record Forget(string RequestId) : INoSerializationVerificationNeeded;

    private sealed class Pending(Ask ask, long since)
    {
        public Ask Ask { get; } = ask;

        public long Since { get; } = since;

        public long RepeatAt { get; set; }

        public string Reason { get; set; } = "is a scheduler running there?";
    }

    private sealed record Sweep : INoSerializationVerificationNeeded
    {
        public static readonly Sweep Instance = new();
    }
}
