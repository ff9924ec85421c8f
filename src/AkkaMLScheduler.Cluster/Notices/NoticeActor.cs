using System.Net.Http.Headers;
using System.Net.Http.Json;
using Akka.Actor;
using Akka.Event;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cluster.Notices;

/// <summary>
/// Tells of jobs that have ended whoever they name, by HTTP POST of the job as lists show it. What is still to be told lies in the read
/// tables, written with the end itself: so each is told at least once, whatever dies in between, and twice where an answer was lost. The
/// header <c>Idempotency-Key</c> is the job's id.
/// </summary>
public sealed class NoticeActor : ReceiveActor, IWithTimers
{
    /// <summary>Told at once; the others wait for the next look.</summary>
    private const int MaxAtOnce = 16;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MaxBackoff = TimeSpan.FromHours(1);

    private readonly NoticeSettings _settings;
    private readonly ReadTables _tables;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _gone = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();

    // A redirection could lead to where nobody may be told.
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = AnswerTimeout };

    public NoticeActor(NoticeSettings settings, ReadTables tables, TimeProvider time)
    {
        _settings = settings;
        _tables = tables;
        _time = time;
        Receive<Look>(_ => TellAllAsync(_gone.Token).PipeTo(Self, success: () => Looked.Instance));
        Receive<Looked>(_ => Timers.StartSingleTimer(Look.Instance, Look.Instance, LookInterval));
        Receive<Status.Failure>(failure =>
        {
            _log.Warning("What is to be told of ended jobs could not be looked at: {0}", failure.Cause.GetBaseException().Message);
            Timers.StartSingleTimer(Look.Instance, Look.Instance, LookInterval);
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Self.Tell(Look.Instance);

    protected override void PostStop()
    {
        _gone.Cancel();
        _http.Dispose();
    }

    private async Task TellAllAsync(CancellationToken ct)
    {
        var due = await _tables.NoticesAsync(_time.GetUtcNow(), MaxAtOnce, ct);
        if (due.Count == 0) return;
        var jobs = (await _tables.JobsAsync([.. due.Select(notice => notice.Job).Distinct()], ct)).ToDictionary(job => new JobId(job.Id));
        await Task.WhenAll(due.Select(notice => TellAsync(notice, jobs[notice.Job], ct)));
    }

    private async Task TellAsync(Notice notice, JobView job, CancellationToken ct)
    {
        var now = _time.GetUtcNow();

        // Also after the read tables were built again, which tell of every end there ever was.
        if (now - job.EndedAt > Notice.Lifetime)
        {
            if (notice.Tries > 0) _log.Warning("[{0}] was not told of the end of job [{1}] in [{2}] tries and is given up", notice.Address, notice.Job, notice.Tries);
            await _tables.ToldAsync(notice, ct);
        }
        else if (await PostAsync(notice.Address, job, ct) is not { } problem)
        {
            await _tables.ToldAsync(notice, ct);
        }
        else
        {
            var wait = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, notice.Tries), MaxBackoff.TotalSeconds));
            if (notice.Tries == 0) _log.Info("[{0}] could not be told of the end of job [{1}], and will be again: {2}", notice.Address, notice.Job, problem);
            await _tables.PutOffAsync(notice, now + wait, ct);
        }
    }

    /// <returns>Null when it was taken.</returns>
    private async Task<string?> PostAsync(Uri address, JobView job, CancellationToken ct)
    {
        // The operator may have thought better of it since the job was accepted.
        if (!_settings.Allows(address)) return "amls.notify.allow does not name it any more";
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(job, ApiJson.Default.JobView) };
            request.Headers.Add("Idempotency-Key", job.Id);
            request.Headers.UserAgent.Add(new ProductInfoHeaderValue("AkkaMLScheduler", null));
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
            return answer.IsSuccessStatusCode ? null : $"it answered {(int)answer.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException || (e is TaskCanceledException && !ct.IsCancellationRequested))
        {
            return e.GetBaseException().Message;
        }
    }

    private sealed record Look : INoSerializationVerificationNeeded
    {
        public static readonly Look Instance = new();
    }

    private sealed record Looked : INoSerializationVerificationNeeded
    {
        public static readonly Looked Instance = new();
    }
}
