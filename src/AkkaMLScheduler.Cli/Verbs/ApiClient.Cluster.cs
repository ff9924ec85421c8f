using System.Text.Json.Serialization.Metadata;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cli.Verbs;

/// <content>The operators' verbs.</content>
public sealed partial class ApiClient
{
    /// <param name="path">Below <c>api/v1/cluster</c>; empty for itself.</param>
    public Task<T> ClusterAsync<T>(string path, JsonTypeInfo<T> json, CancellationToken ct) =>
        GetAsync(path.Length == 0 ? "api/v1/cluster" : $"api/v1/cluster/{path}", json, ct);

    public async Task<OperatorReplies.Done> OperateAsync(string verb, string? address, CancellationToken ct)
    {
        var path = $"api/v1/cluster/{verb}" + (address is null ? "" : $"?address={Uri.EscapeDataString(address)}");
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, path), ct);
        return await ReadAsync(response, ApiJson.Default.Done, ct);
    }
}
