using System.Data.Common;
using System.Net;
using Akka.Actor;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Projections;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Workers;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Host.Security;
using AkkaMLScheduler.Ingestion;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace AkkaMLScheduler.Host.Api;

/// <summary>The HTTP door: health on every node, metrics on those that host something, jobs, nodes, datasets and pipelines where the node is a scheduler. Loopback only.</summary>
public static class HttpApi
{
    /// <summary>A job spec and its margin; nothing larger is posted.</summary>
    private const long MaxBodyBytes = 1 << 20;

    public static void AddServices(WebApplicationBuilder builder, NodeSettings settings)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Listen(IPAddress.Loopback, settings.HttpPort);
        });
        builder.Services.AddOpenApi().AddProblemDetails(o => o.CustomizeProblemDetails = context =>
        {
            if (context.ProblemDetails.Status == StatusCodes.Status503ServiceUnavailable)
                context.ProblemDetails.Detail ??= "the database or the job did not answer in time; nothing is known to have changed, so ask again";
        });
        builder.Services.AddHostFiltering(o => o.AllowedHosts = ["localhost", "127.0.0.1"]);
        builder.Services.ConfigureHttpJsonOptions(o => o.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));
        if (settings.IsWorker) builder.Services.AddHostedService<GpuUsage>();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(SchedulerMetrics.MeterName, ProjectionActor.MeterName, TaskObserver.MeterName, GpuUsage.MeterName, IngestionMetrics.MeterName)
            .AddRuntimeInstrumentation()
            .AddPrometheusExporter());
    }

    public static void Map(WebApplication app, NodeSettings settings)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = e => e switch
            {
                BadHttpRequestException bad => bad.StatusCode,
                AskTimeoutException or CatalogException or DbException => StatusCodes.Status503ServiceUnavailable,
                _ => StatusCodes.Status500InternalServerError,
            },
        });
        app.UseStatusCodePages();
        app.UseHostFiltering();
        app.Use(RefuseOtherOrigins);
        if (!settings.IsLighthouse) app.Use(new TokenGuard(ApiToken.Open(settings), settings.Access).InvokeAsync);
        app.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = check => check.Tags.Contains("liveness") });
        app.MapHealthChecks("/healthz/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains("ready") });
        if (settings.IsLighthouse) return;
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapOpenApi();
        app.MapCluster();
        if (!settings.IsScheduler) return;
        app.MapJobs();
        app.MapNodes();
        app.MapDatasets();
        app.MapPipelines();
    }

    /// <summary>A page of another site must not be able to submit jobs through the browser of whoever runs a node on their own machine.</summary>
    private static Task RefuseOtherOrigins(HttpContext context, RequestDelegate next)
    {
        var origin = context.Request.Headers.Origin.ToString();
        if (origin.Length == 0 || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Authority == context.Request.Host.Value))
            return next(context);
        return Results.Problem($"requests from pages of '{origin}' are not accepted", statusCode: StatusCodes.Status403Forbidden).ExecuteAsync(context);
    }
}
