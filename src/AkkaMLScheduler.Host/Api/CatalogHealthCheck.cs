using AkkaMLScheduler.Catalog;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AkkaMLScheduler.Host.Api;

/// <summary>Asks the database something: an idle outage is invisible to checks that only look at past requests.</summary>
public sealed class CatalogHealthCheck(LakeCatalog catalog) : IHealthCheck
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await catalog.CheckAsync(limit.Token);
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            return HealthCheckResult.Unhealthy($"the database does not answer: {e.Message}");
        }
    }
}
