using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Host.Pipelines;
using AkkaMLScheduler.Ingestion;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace AkkaMLScheduler.Host.Api;

/// <summary>Ingestion pipelines over HTTP: apply, list, delete.</summary>
public static class PipelinesApi
{
    private const int MaxNameLength = 100;

    public static void MapPipelines(this IEndpointRouteBuilder app)
    {
        var pipelines = app.MapGroup("/api/v1/pipelines").WithTags("pipelines");
        pipelines.MapGet("", (PipelineStore store, CancellationToken ct) => store.ListAsync(ct))
            .WithSummary("The pipelines, with what each instance last said of itself: its node, state, counts since it started, records per second and lag.");
        pipelines.MapPost("", ApplyAsync).Accepts<string>("application/yaml", "application/json")
            .WithSummary("Stores a pipeline, YAML or JSON, anew or over its former self; it starts within seconds on members with the ingest role.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        pipelines.MapDelete("{name}", DeleteAsync).WithSummary("Has a pipeline drained and forgotten. Its dataset stays.").ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<Results<Ok<AppliedView>, ProblemHttpResult>> ApplyAsync(HttpRequest request, PipelineStore store, string? appliedBy, CancellationToken ct)
    {
        using var body = new StreamReader(request.Body);
        var text = await body.ReadToEndAsync(ct);
        try
        {
            var name = PipelineSpec.Parse(text).Name;
            var by = appliedBy is { Length: > 0 and <= MaxNameLength } && !appliedBy.Any(char.IsControl) ? appliedBy : "http";
            return TypedResults.Ok(new AppliedView(name, await store.ApplyAsync(name, text, by, ct)));
        }
        catch (IngestionException e)
        {
            return TypedResults.Problem(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private static async Task<Results<Ok<AppliedView>, ProblemHttpResult>> DeleteAsync(string name, PipelineStore store, CancellationToken ct) =>
        await store.DeleteAsync(name, ct)
            ? TypedResults.Ok(new AppliedView(name, true))
            : TypedResults.Problem($"there is no pipeline '{name}'; 'amls get pipelines' lists all", statusCode: StatusCodes.Status404NotFound);
}
