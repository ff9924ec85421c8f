using System.Data.Common;
using Akka.Actor;
using Akka.Event;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cluster.Gateway;

/// <summary>
/// The door for services that are not members: one on every scheduler node, reached through ClusterClient. Checks what is asked as the
/// HTTP API does, passes it on and answers; keeps nothing that a client could not send again.
/// </summary>
public sealed class GatewayActor : ReceiveActor, IWithTimers
{
    /// <summary>Requests under way at once; beyond, clients are told to come again, so that no queue here grows without end.</summary>
    private const int MaxUnderWay = 4_000;

    /// <summary>Questions to the database at once, looks for watchers not counted: submissions need connections too.</summary>
    private const int MaxReads = 8;

    /// <summary>From one look at the read tables to the next while somebody watches.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly Submissions _submissions;
    private readonly SchedulerDesk _scheduler;
    private readonly ReadTables _tables;
    private readonly JobJournal _journal;
    private readonly TimeProvider _time;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _gone = new();
    private readonly SemaphoreSlim _reads = new(MaxReads);
    private readonly JobWatch _watch = new();

    /// <summary>Ids of the requests under way: a repetition of one is answered with it, and costs nothing.</summary>
    private readonly HashSet<string> _underWay = [];
    private long _offset = -1;
    private bool _looking;

    public GatewayActor(Submissions submissions, SchedulerDesk scheduler, ReadTables tables, TimeProvider time)
    {
        _submissions = submissions;
        _scheduler = scheduler;
        _tables = tables;
        _journal = new JobJournal(tables, Context.System);
        _time = time;
        Receive<GatewayRequests.Submit>(r => Carry(r, async ct => Accepted(r, await _submissions.AcceptAsync(r.Spec, r.JobId.Value, r.SubmittedBy, ct))));
        Receive<GatewayRequests.Cancel>(r => Carry(r, async ct => Accepted(r, await _submissions.CancelAsync(r.JobId, r.RequestedBy, ct))));
        Receive<GatewayRequests.Hold>(r => Carry(r, async ct => Accepted(r, await _submissions.HoldAsync(r.JobId, r.RequestedBy, ct))));
        Receive<GatewayRequests.Resume>(r => Carry(r, async ct => Accepted(r, await _submissions.ResumeAsync(r.JobId, r.RequestedBy, ct))));
        Receive<GatewayRequests.Explain>(r => Read(r, async ct => new GatewayReplies.Explained(r.RequestId, await _scheduler.ExplainAsync(r.JobId, ct))));
        Receive<GatewayRequests.Describe>(r => Read(r, ct => DescribeAsync(r, ct)));
        Receive<GatewayRequests.List>(r => Read(r, ct => ListAsync(r, ct)));
        Receive<GatewayRequests.Watch>(Watch);
        Receive<Answer>(Reply);
        Receive<LookNow>(_ => Look());
        Receive<Looked>(Told);
        Receive<LookFailed>(failed =>
        {
            _log.Warning("The read tables could not be looked at for those who watch jobs: {0}", failed.Why);
            NextLook();
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop() => _gone.Cancel();

    private static GatewayReplies.Accepted Accepted(IGatewayRequest request, JobReplies.Accepted accepted) =>
        new(request.RequestId, accepted.JobId, accepted.Status, accepted.AlreadyKnown);

    private void Read(IGatewayRequest request, Func<CancellationToken, Task<IGatewayReply>> read) => Carry(request, async ct =>
    {
        await _reads.WaitAsync(ct);
        try
        {
            return await read(ct);
        }
        finally
        {
            _reads.Release();
        }
    });

    private void Carry(IGatewayRequest request, Func<CancellationToken, Task<IGatewayReply>> carry)
    {
        if (_underWay.Contains(request.RequestId)) return;
        if (_underWay.Count >= MaxUnderWay)
        {
            Sender.Tell(new GatewayReplies.Busy(request.RequestId, $"{MaxUnderWay} requests are under way"));
            return;
        }

        _underWay.Add(request.RequestId);
        var client = Sender;
        AnswerAsync(request, carry, _gone.Token).PipeTo(Self, success: reply => new Answer(client, reply));
    }

    private async Task<IGatewayReply> AnswerAsync(IGatewayRequest request, Func<CancellationToken, Task<IGatewayReply>> carry, CancellationToken ct)
    {
        try
        {
            return await carry(ct);
        }
        catch (Exception e) when (e is JobSpecException or SubmissionRefusedException or SchedulerRefusedException)
        {
            return new GatewayReplies.Refused(request.RequestId, e.Message);
        }
        catch (Exception e) when (e is AskTimeoutException or CatalogException or DbException or TimeoutException or OperationCanceledException)
        {
            return new GatewayReplies.Busy(request.RequestId, $"the database or the job did not answer: {e.GetBaseException().Message}");
        }
        catch (Exception e)
        {
            _log.Error(e, "Request [{0}] failed", request.RequestId);
            return new GatewayReplies.Busy(request.RequestId, "the request failed on its member; its log tells why");
        }
    }

    private void Reply(Answer answer)
    {
        _underWay.Remove(answer.Reply.RequestId);
        answer.Client.Tell(answer.Reply);
    }

    private async Task<IGatewayReply> DescribeAsync(GatewayRequests.Describe request, CancellationToken ct)
    {
        var detail = JobId.IsValid(request.JobId.Value) ? await _journal.FindAsync(request.JobId, ct) : null;
        if (detail is null) return new GatewayReplies.Unknown(request.RequestId, request.JobId);
        var placements = 0;
        var newest = detail.Attempts.Reverse().TakeWhile(a => (placements += a.Placements.Count) <= JobSpec.MaxTasks).Reverse();
        return new GatewayReplies.Described(request.RequestId, detail.Job, detail.Spec, [.. newest]);
    }

    private async Task<IGatewayReply> ListAsync(GatewayRequests.List request, CancellationToken ct) => new GatewayReplies.Listed(
        request.RequestId, await _tables.PageAsync(request.After, Math.Clamp(request.Limit, 1, GatewayRequests.MaxListed), ct));

    private void Watch(GatewayRequests.Watch request)
    {
        if (_watch.IsFull)
        {
            Sender.Tell(new GatewayReplies.Busy(request.RequestId, $"{JobWatch.MaxWatchers} watchers wait already"));
            return;
        }

        _watch.Add(request, Sender, _time.GetUtcNow());
        if (!Timers.IsTimerActive(LookNow.Instance)) Look();
    }

    /// <summary>One look for all who watch: at the jobs newly asked for, and at all of them if the tables have moved.</summary>
    private void Look()
    {
        if (_looking) return;
        _looking = true;
        IReadOnlyList<JobId> fresh = _watch.TakeFresh(), all = [.. _watch.Jobs];
        LookAsync(fresh, all, _offset, _gone.Token).PipeTo(Self, failure: e => new LookFailed(e.GetBaseException().Message));
    }

    private async Task<Looked> LookAsync(IReadOnlyList<JobId> fresh, IReadOnlyList<JobId> all, long known, CancellationToken ct)
    {
        var offset = await _tables.OffsetAsync(ct);
        var covered = offset == known ? fresh : all;
        var found = covered.Count == 0 ? [] : await _tables.JobsAsync(covered, ct);
        return new Looked(offset, covered, found.ToDictionary(job => new JobId(job.Id)));
    }

    private void Told(Looked looked)
    {
        _offset = looked.Offset;
        _watch.Tell(looked.Covered, looked.Found, _time.GetUtcNow());
        NextLook();
    }

    private void NextLook()
    {
        _looking = false;
        if (_watch.Count > 0) Timers.StartSingleTimer(LookNow.Instance, LookNow.Instance, LookInterval);
    }

    private sealed record Answer(IActorRef Client, IGatewayReply Reply) : INoSerializationVerificationNeeded;

    private sealed record Looked(long Offset, IReadOnlyList<JobId> Covered, IReadOnlyDictionary<JobId, JobView> Found) : INoSerializationVerificationNeeded;

    private sealed record LookFailed(string Why) : INoSerializationVerificationNeeded;

    private sealed record LookNow : INoSerializationVerificationNeeded
    {
        public static readonly LookNow Instance = new();
    }
}
