using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Host.Security;
using Microsoft.AspNetCore.Http;

namespace AkkaMLScheduler.Host.Api;

/// <summary>Lets in who presents the token. Health alone is asked by whoever watches the process, and says nothing but well or not well.</summary>
public sealed class TokenGuard(ApiToken token, HttpAccess access)
{
    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (path.StartsWithSegments("/healthz") || (access.MetricsOpen && path.StartsWithSegments("/metrics"))) return next(context);
        var offered = context.Request.Headers.Authorization.ToString();
        if (offered.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && token.Admits(offered[Scheme.Length..].Trim())) return next(context);
        context.Response.Headers.WWWAuthenticate = "Bearer realm=\"amls\"";
        var detail = (offered.Length == 0 ? "the request has no token" : "the token is not this cluster's")
            + $"; send 'Authorization: Bearer TOKEN' with what is in DATA_DIR/{ApiTokenFile.Name} of a scheduler node (or in its amls.http.token-file); "
            + "amls takes it from --token, AMLS_TOKEN or --data-dir";
        return Results.Problem(detail, statusCode: StatusCodes.Status401Unauthorized).ExecuteAsync(context);
    }
}
