using Akka.Actor;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cluster.Gateway;

/// <summary>
/// Who waits for news of which jobs. However many wait, the read tables are asked once for all of them, and only when they have moved.
/// </summary>
public sealed class JobWatch
{
    /// <summary>More are told to come again: one look must stay short.</summary>
    public const int MaxWatchers = 10_000;

    private readonly Dictionary<JobId, List<Watcher>> _byJob = [];

    /// <summary>Jobs that somebody waits for and that no look has covered since.</summary>
    private readonly HashSet<JobId> _fresh = [];

    public int Count { get; private set; }

    public bool IsFull => Count >= MaxWatchers;

    /// <summary>All jobs somebody waits for.</summary>
    public IReadOnlyCollection<JobId> Jobs => _byJob.Keys;

    /// <summary>What the next look must cover even if the tables have not moved; forgets them.</summary>
    public IReadOnlyList<JobId> TakeFresh()
    {
        JobId[] fresh = [.. _fresh];
        _fresh.Clear();
        return fresh;
    }

    public void Add(GatewayRequests.Watch request, IActorRef client, DateTimeOffset now)
    {
        var wait = request.Wait < TimeSpan.Zero ? TimeSpan.Zero : request.Wait > GatewayRequests.MaxWatch ? GatewayRequests.MaxWatch : request.Wait;
        if (!_byJob.TryGetValue(request.JobId, out var watchers)) _byJob.Add(request.JobId, watchers = []);

        // A repetition takes the place of what it repeats.
        Count -= watchers.RemoveAll(w => w.Request.RequestId == request.RequestId);
        watchers.Add(new Watcher(request, client, now + wait));
        Count++;
        _fresh.Add(request.JobId);
    }

    /// <summary>Answers those for whom a job looks otherwise than they know, and those who have waited long enough.</summary>
    /// <param name="covered">The jobs that were looked for.</param>
    /// <param name="found">Those of them that the tables know.</param>
    public void Tell(IReadOnlyCollection<JobId> covered, IReadOnlyDictionary<JobId, JobView> found, DateTimeOffset now)
    {
        foreach (var job in covered)
        {
            if (!_byJob.TryGetValue(job, out var watchers)) continue;
            var view = found.GetValueOrDefault(job);
            var mark = view is null ? null : MarkOf(view);
            foreach (var watcher in watchers)
            {
                watcher.View = view;
                if (mark is not null && mark != watcher.Request.Mark) watcher.Answer();
            }
        }

        foreach (var (job, watchers) in _byJob.ToList())
        {
            foreach (var late in watchers.Where(w => !w.IsAnswered && now >= w.Until)) late.Answer();
            Count -= watchers.RemoveAll(w => w.IsAnswered);
            if (watchers.Count == 0) _byJob.Remove(job);
        }
    }

    /// <summary>What of a job counts as news.</summary>
    private static string MarkOf(JobView job) => $"{(int)job.Status}.{job.Attempts}.{job.Checkpoints}";

    private sealed class Watcher(GatewayRequests.Watch request, IActorRef client, DateTimeOffset until)
    {
        public GatewayRequests.Watch Request { get; } = request;

        public DateTimeOffset Until { get; } = until;

        public JobView? View { get; set; }

        public bool IsAnswered { get; private set; }

        public void Answer()
        {
            IsAnswered = true;
            client.Tell(View is null
                ? new GatewayReplies.Unknown(Request.RequestId, Request.JobId)
                : new GatewayReplies.Seen(Request.RequestId, View, MarkOf(View)));
        }
    }
}
