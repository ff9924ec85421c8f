using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace AkkaMLScheduler.Host.Api;

/// <summary>Jobs over HTTP: submit, list, describe, cancel, read logs.</summary>
public static class JobsApi
{
    private const int MaxNameLength = 100;
    private const int DefaultPoints = 1_000;
    private const int MaxPoints = 100_000;

    public static void MapJobs(this IEndpointRouteBuilder app)
    {
        var jobs = app.MapGroup("/api/v1/jobs").WithTags("jobs");
        jobs.MapPost("", SubmitAsync).Accepts<JobSpec>("application/yaml", "application/json")
            .WithSummary("Submits a job spec, YAML or JSON. 201 once it is stored; 200 if the same id and spec were stored before.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        jobs.MapGet("", (ReadTables tables, CancellationToken ct) => tables.JobsAsync(ct)).WithSummary("All jobs, oldest first.");
        jobs.MapGet("{id}", DescribeAsync).WithSummary("All that is known of one job.").ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapPost("{id}/cancel", CancelAsync).WithSummary("Asks a job to end; changes nothing when it has.").ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapPost("{id}/hold", HoldAsync).WithSummary("No further attempt starts until the job is resumed; one under way goes on.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        jobs.MapPost("{id}/resume", ResumeAsync).WithSummary("Ends a hold.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        jobs.MapGet("{id}/explain", ExplainAsync).WithSummary("Why a waiting job does not start, what blocks it, and when it is expected to.")
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        jobs.MapGet("{id}/logs", LogsAsync).WithSummary("What the tasks logged, as text; with follow=true until the job has ended.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain").ProducesProblem(StatusCodes.Status404NotFound);
        jobs.MapGet("{id}/metrics", MetricsAsync)
            .WithSummary("What a rank (0 by default) has told of its steps, at most once a second; of more points than asked for (1000), evenly spaced ones.")
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Created<SubmissionView>, Ok<SubmissionView>, ProblemHttpResult>> SubmitAsync(
        HttpRequest request, Submissions submissions, string? id, string? submittedBy, CancellationToken ct)
    {
        using var body = new StreamReader(request.Body);
        try
        {
            var by = submittedBy is { Length: > 0 and <= MaxNameLength } && !submittedBy.Any(char.IsControl) ? submittedBy : "http";
            var accepted = await submissions.SubmitAsync(JobSpecReader.Read(await body.ReadToEndAsync(ct)), id, by, ct);
            var view = new SubmissionView(accepted.JobId.Value, accepted.Status, accepted.AlreadyKnown);
            return accepted.AlreadyKnown ? TypedResults.Ok(view) : TypedResults.Created($"/api/v1/jobs/{view.Id}", view);
        }
        catch (JobSpecException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
        catch (SubmissionRefusedException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }

    private static async Task<Results<Ok<JobDetail>, ProblemHttpResult>> DescribeAsync(string id, JobJournal journal, CancellationToken ct) =>
        JobId.IsValid(id) && await journal.FindAsync(new JobId(id), ct) is { } detail ? TypedResults.Ok(detail) : NotFound(id);

    private static async Task<Results<Ok<SubmissionView>, ProblemHttpResult>> CancelAsync(
        string id, Submissions submissions, string? requestedBy, CancellationToken ct)
    {
        if (!JobId.IsValid(id)) return NotFound(id);
        try
        {
            var accepted = await submissions.CancelAsync(new JobId(id), requestedBy ?? "http", ct);
            return TypedResults.Ok(new SubmissionView(id, accepted.Status, accepted.AlreadyKnown));
        }
        catch (SubmissionRefusedException)
        {
            return NotFound(id);
        }
    }

    private static Task<Results<Ok<SubmissionView>, ProblemHttpResult>> HoldAsync(
        string id, Submissions submissions, JobJournal journal, string? requestedBy, CancellationToken ct) =>
        ChangeAsync(id, journal, job => submissions.HoldAsync(job, requestedBy ?? "http", ct), ct);

    private static Task<Results<Ok<SubmissionView>, ProblemHttpResult>> ResumeAsync(
        string id, Submissions submissions, JobJournal journal, string? requestedBy, CancellationToken ct) =>
        ChangeAsync(id, journal, job => submissions.ResumeAsync(job, requestedBy ?? "http", ct), ct);

    private static async Task<Results<Ok<SubmissionView>, ProblemHttpResult>> ChangeAsync(
        string id, JobJournal journal, Func<JobId, Task<JobReplies.Accepted>> change, CancellationToken ct)
    {
        if (!await KnowsAsync(id, journal, ct)) return NotFound(id);
        try
        {
            var accepted = await change(new JobId(id));
            return TypedResults.Ok(new SubmissionView(id, accepted.Status, accepted.AlreadyKnown));
        }
        catch (SubmissionRefusedException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }

    private static async Task<Results<Ok<SchedulerReplies.Explained>, ProblemHttpResult>> ExplainAsync(
        string id, SchedulerDesk scheduler, JobJournal journal, CancellationToken ct)
    {
        if (!await KnowsAsync(id, journal, ct)) return NotFound(id);
        try
        {
            return TypedResults.Ok(await scheduler.ExplainAsync(new JobId(id), ct));
        }
        catch (SchedulerRefusedException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status409Conflict);
        }
    }

    private static async Task<Results<ProblemHttpResult, PushStreamHttpResult>> LogsAsync(
        string id, JobJournal journal, ReadTables tables, TaskFiles files, IHostApplicationLifetime life, int? rank, int? attempt, bool? follow, CancellationToken ct)
    {
        if (!await KnowsAsync(id, journal, ct)) return NotFound(id);
        var logs = new JobLogs(new JobId(id), files, tables, rank, attempt);
        return TypedResults.Stream(
            async body =>
            {
                // A follower must not hold up the node's orderly stop.
                using var until = CancellationTokenSource.CreateLinkedTokenSource(ct, life.ApplicationStopping);
                await logs.CopyToAsync(body, follow ?? false, until.Token);
            },
            "text/plain; charset=utf-8");
    }

    private static async Task<Results<Ok<IReadOnlyList<MetricPointView>>, ProblemHttpResult>> MetricsAsync(
        string id, JobJournal journal, ReadTables tables, int? rank, int? attempt, int? points, CancellationToken ct)
    {
        if (!await KnowsAsync(id, journal, ct)) return NotFound(id);
        if (points is < 2 or > MaxPoints)
            return TypedResults.Problem($"points is {points}; it must be from 2 to {MaxPoints}", statusCode: StatusCodes.Status400BadRequest);
        return TypedResults.Ok(await tables.MetricsAsync(new JobId(id), rank ?? 0, attempt, points ?? DefaultPoints, ct));
    }

    private static async Task<bool> KnowsAsync(string id, JobJournal journal, CancellationToken ct) =>
        JobId.IsValid(id) && await journal.KnowsAsync(new JobId(id), ct);

    private static ProblemHttpResult NotFound(string id) =>
        TypedResults.Problem($"there is no job '{id}'; 'amls get jobs' lists all", statusCode: StatusCodes.Status404NotFound);
}
