using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Configuration;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Contracts.Wire;

namespace AkkaMLScheduler.Contracts.Client;

/// <summary>
/// The cluster for another .NET service: submits jobs, watches them, describes, lists, explains, holds and cancels them. Not a member: it speaks to any
/// scheduler over ClusterClient, changes over to another when that one dies, and repeats what is not answered until a deadline. Every
/// request means the same the second time, so that a repetition does nothing twice. One per process is enough; safe for many threads.
/// </summary>
/// <remarks>
/// Every request throws <see cref="SchedulerUnreachableException"/> when the deadline passes, and
/// <see cref="RequestRefusedException"/> with the reason when the cluster will not do it.
/// </remarks>
public sealed class SchedulerClient : IAsyncDisposable
{
    private readonly SchedulerClientOptions _options;
    private readonly ActorSystem _system;
    private readonly IActorRef _desk;
    private readonly SemaphoreSlim _places;
    private readonly string _prefix = Guid.NewGuid().ToString("n");
    private long _requests;

    private SchedulerClient(SchedulerClientOptions options, TimeProvider time)
    {
        _options = options;
        _places = new SemaphoreSlim(options.InFlight);
        _system = ActorSystem.Create("amls-client", Configuration(options));
        _desk = _system.ActorOf(Props.Create(() => new RequestDesk(options, time)), "requests");
    }

    /// <summary>Starts a client. Does not wait for the cluster: the first request does.</summary>
    /// <exception cref="ArgumentException">An option cannot be used; the message says which and why.</exception>
    public static SchedulerClient Connect(SchedulerClientOptions options)
    {
        options.Check();
        _ = options.Receptionists().ToList();
        return new SchedulerClient(options, TimeProvider.System);
    }

    /// <summary>Submits a job; returns once it is stored.</summary>
    /// <param name="spec">Its inputs are pinned to versions, and its workload's parameters checked, by the cluster.</param>
    /// <param name="id">
    /// Makes it one job however often it is submitted; null draws one. A caller that may die in between and start again should keep an id.
    /// Under a given id the answer may say that it was known already because this request had to be repeated.
    /// </param>
    /// <param name="ct">Gives up waiting; the job may have been stored.</param>
    public async Task<GatewayReplies.Accepted> SubmitAsync(JobSpec spec, JobId? id = null, CancellationToken ct = default)
    {
        if (id is { } given && !JobId.IsValid(given.Value))
            throw new RequestRefusedException($"'{given}' cannot be a job id: use letters a to z, digits and '-', at most 63, not '-' at either end");
        var job = id ?? JobId.Draw(spec.Name);
        var accepted = await AskAsync<GatewayReplies.Accepted>(request => new GatewayRequests.Submit(request, job, spec, _options.Name), job, ct);

        // What is known under an id that was drawn here is a repetition of this very request.
        return id is null ? accepted with { AlreadyKnown = false } : accepted;
    }

    /// <summary>Asks a job to end; changes nothing when it has.</summary>
    public Task<GatewayReplies.Accepted> CancelAsync(JobId job, CancellationToken ct = default) =>
        AskAsync<GatewayReplies.Accepted>(request => new GatewayRequests.Cancel(request, job, _options.Name), job, ct);

    /// <summary>No further attempt of the job starts until it is resumed; one under way goes on.</summary>
    public Task<GatewayReplies.Accepted> HoldAsync(JobId job, CancellationToken ct = default) =>
        AskAsync<GatewayReplies.Accepted>(request => new GatewayRequests.Hold(request, job, _options.Name), job, ct);

    /// <summary>Ends a hold.</summary>
    public Task<GatewayReplies.Accepted> ResumeAsync(JobId job, CancellationToken ct = default) =>
        AskAsync<GatewayReplies.Accepted>(request => new GatewayRequests.Resume(request, job, _options.Name), job, ct);

    /// <summary>Why a waiting job does not start, what blocks it, and when it is expected to; refused when it does not wait.</summary>
    public async Task<SchedulerReplies.Explained> ExplainAsync(JobId job, CancellationToken ct = default) =>
        (await AskAsync<GatewayReplies.Explained>(request => new GatewayRequests.Explain(request, job), job, ct)).Explanation;

    /// <summary>A job, its spec and its newest attempts, as the read tables show them.</summary>
    /// <exception cref="UnknownJobException">There is no such job (yet: the read tables follow the journal by a moment).</exception>
    public Task<GatewayReplies.Described> DescribeAsync(JobId job, CancellationToken ct = default) =>
        AskAsync<GatewayReplies.Described>(request => new GatewayRequests.Describe(request, job), job, ct);

    /// <summary>All jobs in the order of their ids, read page by page as they are taken.</summary>
    public async IAsyncEnumerable<JobView> ListAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        JobId? after = null;
        while (true)
        {
            var last = after;
            var page = await AskAsync<GatewayReplies.Listed>(request => new GatewayRequests.List(request, last, GatewayRequests.MaxListed), default, ct);
            foreach (var job in page.Jobs) yield return job;
            if (page.Jobs.Count < GatewayRequests.MaxListed) yield break;
            after = new JobId(page.Jobs[^1].Id);
        }
    }

    /// <summary>
    /// The job as it is now and then whenever its state, its attempts or its checkpoints have changed, until it has ended. What comes and
    /// goes between two looks of the cluster at its read tables is not seen; the end always is.
    /// </summary>
    /// <exception cref="UnknownJobException">No such job has appeared within the deadline.</exception>
    public async IAsyncEnumerable<JobView> WatchAsync(JobId job, [EnumeratorCancellation] CancellationToken ct = default)
    {
        var wait = GatewayRequests.MaxWatch;
        var since = TimeProvider.System.GetTimestamp();
        string? mark = null;
        while (true)
        {
            var last = mark;
            var reply = await AskAsync(request => new GatewayRequests.Watch(request, job, last, wait), wait, ct);
            if (reply is GatewayReplies.Seen seen)
            {
                if (seen.Mark != mark) yield return seen.Job;
                if (seen.Job.Status.IsTerminal()) yield break;
                mark = seen.Mark;
            }
            else if (mark is not null || TimeProvider.System.GetElapsedTime(since) > _options.Deadline)
            {
                throw Unexpected(reply, job);
            }
        }
    }

    /// <summary>Ends the client; requests under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _system.Dispose();
    }

    private async Task<T> AskAsync<T>(Func<string, IGatewayRequest> make, JobId job, CancellationToken ct)
        where T : IGatewayReply
    {
        await _places.WaitAsync(ct);
        try
        {
            var reply = await AskAsync(make, TimeSpan.Zero, ct);
            return reply is T expected ? expected : throw Unexpected(reply, job);
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task<IGatewayReply> AskAsync(Func<string, IGatewayRequest> make, TimeSpan patience, CancellationToken ct)
    {
        var request = make($"{_prefix}-{Interlocked.Increment(ref _requests)}");
        var answer = new TaskCompletionSource<IGatewayReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _desk.Tell(new RequestDesk.Ask(request, patience, answer));
        await using var cancelled = ct.Register(() =>
        {
            _desk.Tell(new RequestDesk.Forget(request.RequestId));
            answer.TrySetCanceled(ct);
        });
        return await answer.Task;
    }

    private static Exception Unexpected(IGatewayReply reply, JobId job) => reply switch
    {
        GatewayReplies.Refused refused => new RequestRefusedException(refused.Reason),
        GatewayReplies.Unknown => new UnknownJobException(job),
        _ => new InvalidOperationException($"the gateway answered with {reply.GetType().Name}"),
    };

    private static Config Configuration(SchedulerClientOptions options) =>
        ConfigurationFactory.ParseString(options.Overrides)
            .WithFallback(ConfigurationFactory.ParseString($$"""
                akka {
                  loglevel = WARNING
                  stdout-loglevel = WARNING
                  log-dead-letters = off
                  log-dead-letters-during-shutdown = off
                  coordinated-shutdown.exit-clr = off
                  coordinated-shutdown.run-by-clr-shutdown-hook = off
                  actor {
                    provider = remote
                    serialization-settings.allow-unregistered-types = false
                  }
                  remote.dot-netty.tcp {
                    hostname = "{{options.Host}}"
                    port = 0
                    # As on the members: a job spec is held to 64 KiB, an answer to a page of jobs.
                    maximum-frame-size = 256000b
                  }
                  cluster.client {
                    heartbeat-interval = 1s
                    # Until another contact point is taken; the deadline of a request must outlast it.
                    acceptable-heartbeat-pause = 6s
                    establishing-get-contacts-interval = 1s
                  }
                }
                """))
            .WithFallback(WireBindings.Of<ContractsSerializer>("amls-contracts", ContractsSerializer.Types))
            .WithFallback(ClusterClientReceptionist.DefaultConfig())
            // What ClusterClient wraps requests in is bound to a serializer there, and only there.
            .WithFallback(DistributedPubSub.DefaultConfig());
}
