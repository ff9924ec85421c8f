using Akka.Actor;
using Akka.Hosting;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Notices;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Cluster.Jobs;

/// <summary>A job that refused what was asked of it.</summary>
public sealed class SubmissionRefusedException(string message) : Exception(message);

/// <summary>
/// The way into the cluster for whoever is on a member: checks what can be checked before a job exists, pins its inputs to versions, and
/// asks the job.
/// </summary>
public sealed class Submissions(IActorRegistry registry, LakeCatalog catalog, ReadTables tables, NoticeSettings notices)
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan VisibleTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan DependencyTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan VisibleInterval = TimeSpan.FromMilliseconds(20);

    /// <summary>Like <see cref="AcceptAsync"/>, and waits until the read tables show the job.</summary>
    public async Task<JobReplies.Accepted> SubmitAsync(JobSpec spec, string? id, string by, CancellationToken ct = default)
    {
        var accepted = await AcceptAsync(spec, id, by, ct);

        // Not shown in time, the job is stored all the same; only lists are late.
        await UntilVisibleAsync(accepted.JobId, VisibleTimeout, ct);
        return accepted;
    }

    /// <summary>Answers once the job is stored.</summary>
    /// <param name="id">Null draws one from the spec's name.</param>
    /// <exception cref="JobSpecException">The spec or the id cannot be taken.</exception>
    /// <exception cref="SubmissionRefusedException">The id is taken by another spec.</exception>
    public async Task<JobReplies.Accepted> AcceptAsync(JobSpec spec, string? id, string by, CancellationToken ct = default)
    {
        if (id is not null && !JobId.IsValid(id))
            throw new JobSpecException($"'{id}' cannot be a job id: use letters a to z, digits and '-', at most 63, not '-' at either end");
        var problems = WorkloadRegistry.Default.Validate(spec.Run);
        if (problems.Count > 0) throw new JobSpecException(string.Join("; ", problems));
        if (spec.Notify?.FirstOrDefault(address => !notices.Allows(new Uri(address))) is { } stranger)
            throw new JobSpecException($"notify: '{stranger}' may not be told of jobs here; amls.notify.allow names who may");
        await CheckDependenciesAsync(spec, ct);
        var before = id is null || spec.Inputs.Count == 0 ? null : (await tables.JobAsync(new JobId(id), ct))?.Spec.Inputs;
        var pinned = spec with { Inputs = AlreadyPinned(spec.Inputs, before) ?? await PinAsync(spec.Inputs, ct) };
        if (pinned.WireLength() > JobSpec.MaxWireBytes)
            throw new JobSpecException($"the job spec takes {pinned.WireLength()} bytes as JSON; the limit is {JobSpec.MaxWireBytes}");
        return await AskAsync(new JobCommands.Submit(id is null ? JobId.Draw(spec.Name) : new JobId(id), pinned, by), ct);
    }

    /// <exception cref="SubmissionRefusedException">There is no such job.</exception>
    public Task<JobReplies.Accepted> CancelAsync(JobId id, string by, CancellationToken ct = default) =>
        AskAsync(new JobCommands.Cancel(id, by), ct);

    /// <exception cref="SubmissionRefusedException">There is no such job, or it has ended.</exception>
    public Task<JobReplies.Accepted> HoldAsync(JobId id, string by, CancellationToken ct = default) =>
        AskAsync(new JobCommands.Hold(id, by), ct);

    /// <exception cref="SubmissionRefusedException">There is no such job, or it has ended.</exception>
    public Task<JobReplies.Accepted> ResumeAsync(JobId id, string by, CancellationToken ct = default) =>
        AskAsync(new JobCommands.Resume(id, by), ct);

    private async Task<JobReplies.Accepted> AskAsync(IJobCommand command, CancellationToken ct) =>
        await registry.Get<JobShards.Region>().Ask<object>(command, AskTimeout, ct) switch
        {
            JobReplies.Accepted accepted => accepted,
            JobReplies.Refused refused => throw new SubmissionRefusedException(refused.Reason),
            var other => throw new InvalidOperationException($"Job {command.JobId} answered with {other.GetType()}."),
        };

    /// <summary>The inputs of the job that exists under this id, if they are what is asked for now: data may have got newer versions since.</summary>
    private static IReadOnlyList<string>? AlreadyPinned(IReadOnlyList<string> asked, IReadOnlyList<string>? pinned) =>
        pinned is not null && asked.Count == pinned.Count && asked.Zip(pinned, (now, then) => now == then || then.StartsWith(now + "@", StringComparison.Ordinal)).All(same => same)
            ? pinned
            : null;

    /// <summary>A mistyped id would wait for ever. One that was accepted a moment ago is waited for: the read tables show it soon.</summary>
    private async Task CheckDependenciesAsync(JobSpec spec, CancellationToken ct)
    {
        foreach (var one in spec.After ?? [])
            if (!await UntilVisibleAsync(one.Job, DependencyTimeout, ct))
                throw new JobSpecException($"after: there is no job '{one.Job}'; 'amls get jobs' lists all");
    }

    private async Task<IReadOnlyList<string>> PinAsync(IReadOnlyList<string> inputs, CancellationToken ct)
    {
        var pinned = new List<string>();
        foreach (var reference in inputs)
        {
            var snapshot = await catalog.FindAsync(reference, ct)
                ?? throw new JobSpecException($"inputs: there is no dataset '{reference}'; 'amls get datasets' lists all");
            pinned.Add(snapshot.Version.ToString());
        }

        return pinned;
    }

    /// <returns>Whether the read tables show the job in time.</returns>
    private async Task<bool> UntilVisibleAsync(JobId id, TimeSpan within, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(within);
        try
        {
            while (!await tables.KnowsAsync(id, limit.Token)) await Task.Delay(VisibleInterval, limit.Token);
            return true;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
