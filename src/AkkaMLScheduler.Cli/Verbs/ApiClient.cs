using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>The HTTP API as the verbs use it. Throws <see cref="UserError"/> with one clear line for whatever goes wrong.</summary>
public sealed partial class ApiClient : IDisposable
{
    public const string DefaultServer = "http://127.0.0.1:5180";

    private readonly HttpClient _http;
    private readonly string _server;

    /// <param name="token">Null where none is known; the server says then how to come by one.</param>
    public ApiClient(Uri server, string? token)
    {
        _server = server.ToString().TrimEnd('/');
        _http = new HttpClient { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };
        if (token is null) return;
        if (token.Any(c => c is <= ' ' or > '~'))
            throw new UserError("the API token has a blank or a character that is not ASCII; copy it whole, without its line's end");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <exception cref="UserError">It is no address of an HTTP server.</exception>
    public static Uri Address(string server) =>
        Uri.TryCreate(server, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
            ? uri
            : throw new UserError($"--server '{server}' is not an http address, such as {DefaultServer}");

    public Task<IReadOnlyList<JobView>> JobsAsync(CancellationToken ct) => GetAsync("api/v1/jobs", ApiJson.Default.IReadOnlyListJobView, ct);

    public Task<IReadOnlyList<NodeView>> NodesAsync(CancellationToken ct) => GetAsync("api/v1/nodes", ApiJson.Default.IReadOnlyListNodeView, ct);

    public Task<IReadOnlyList<DatasetView>> DatasetsAsync(CancellationToken ct) =>
        GetAsync("api/v1/datasets", ApiJson.Default.IReadOnlyListDatasetView, ct);

    public Task<IReadOnlyList<PipelineView>> PipelinesAsync(CancellationToken ct) =>
        GetAsync("api/v1/pipelines", ApiJson.Default.IReadOnlyListPipelineView, ct);

    public Task<AppliedView> ApplyAsync(string spec, string by, CancellationToken ct) =>
        PostAsync($"api/v1/pipelines?appliedBy={Uri.EscapeDataString(by)}", spec, ApiJson.Default.AppliedView, ct);

    public async Task<AppliedView> DeletePipelineAsync(string name, CancellationToken ct)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"api/v1/pipelines/{Segment(name)}"), ct);
        return await ReadAsync(response, ApiJson.Default.AppliedView, ct);
    }

    public Task<JobDetail> JobAsync(string id, CancellationToken ct) => GetAsync($"api/v1/jobs/{Segment(id)}", ApiJson.Default.JobDetail, ct);

    public Task<IReadOnlyList<MetricPointView>> MetricsAsync(string id, int rank, int? attempt, int points, CancellationToken ct) => GetAsync(
        $"api/v1/jobs/{Segment(id)}/metrics?rank={rank}&points={points}{(attempt is { } a ? $"&attempt={a}" : "")}",
        ApiJson.Default.IReadOnlyListMetricPointView, ct);

    public Task<SubmissionView> SubmitAsync(string spec, string? id, string by, CancellationToken ct) => PostAsync(
        $"api/v1/jobs?submittedBy={Uri.EscapeDataString(by)}" + (id is null ? "" : $"&id={Uri.EscapeDataString(id)}"), spec, ApiJson.Default.SubmissionView, ct);

    public Task<SubmissionView> CancelAsync(string id, string by, CancellationToken ct) => ChangeAsync(id, "cancel", by, ct);

    public Task<SubmissionView> HoldAsync(string id, string by, CancellationToken ct) => ChangeAsync(id, "hold", by, ct);

    public Task<SubmissionView> ResumeAsync(string id, string by, CancellationToken ct) => ChangeAsync(id, "resume", by, ct);

    public Task<SchedulerReplies.Explained> ExplainAsync(string id, CancellationToken ct) =>
        GetAsync($"api/v1/jobs/{Segment(id)}/explain", ApiJson.Default.Explained, ct);

    /// <param name="node">The node's name.</param>
    /// <param name="verb"><c>cordon</c>, <c>drain</c> or <c>uncordon</c>.</param>
    /// <param name="ct">Ends the wait.</param>
    public async Task<SchedulerReplies.NodeSet> SetNodeAsync(string node, string verb, CancellationToken ct)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, $"api/v1/nodes/{Segment(node)}/{verb}"), ct);
        return await ReadAsync(response, ApiJson.Default.NodeSet, ct);
    }

    /// <summary>The job's log lines; with <paramref name="follow"/> until the job has ended.</summary>
    public async Task CopyLogAsync(string id, int? rank, int? attempt, bool follow, Stream to, CancellationToken ct)
    {
        var query = $"?follow={(follow ? "true" : "false")}" + (rank is { } r ? $"&rank={r}" : "") + (attempt is { } a ? $"&attempt={a}" : "");
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, $"api/v1/jobs/{Segment(id)}/logs{query}"), ct);
        try
        {
            await (await response.Content.ReadAsStreamAsync(ct)).CopyToAsync(to, ct);
        }
        catch (Exception e) when (e is HttpIOException or HttpRequestException)
        {
            throw new UserError($"the connection to {_server} was lost");
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Segment(string id) =>
        JobId.IsValid(id) ? id : throw new UserError($"'{id}' is no id or name: use letters a to z, digits and '-', at most 63");

    private async Task<SubmissionView> ChangeAsync(string id, string verb, string by, CancellationToken ct)
    {
        var path = $"api/v1/jobs/{Segment(id)}/{verb}?requestedBy={Uri.EscapeDataString(by)}";
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, path), ct);
        return await ReadAsync(response, ApiJson.Default.SubmissionView, ct);
    }

    private async Task<T> PostAsync<T>(string path, string yaml, JsonTypeInfo<T> json, CancellationToken ct)
    {
        using var content = new StringContent(yaml, System.Text.Encoding.UTF8, "application/yaml");
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content }, ct);
        return await ReadAsync(response, json, ct);
    }

    private async Task<T> GetAsync<T>(string path, JsonTypeInfo<T> json, CancellationToken ct)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), ct);
        return await ReadAsync(response, json, ct);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (HttpRequestException e)
        {
            throw new UserError($"no answer from {_server} ({e.HttpRequestError}): is a node running there? Start one with 'amls up', or name another with --server");
        }

        if (response.IsSuccessStatusCode) return response;
        using (response) throw new UserError(await DetailAsync(response, ct));
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> json, CancellationToken ct)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync(json, ct) ?? throw new UserError($"{_server} answered with nothing");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new UserError($"{_server} answered with something else than this version of amls expects; is it an AkkaMLScheduler node?");
        }
    }

    private async Task<string> DetailAsync(HttpResponseMessage response, CancellationToken ct)
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem, ct);
            return problem?.Detail ?? problem?.Title ?? $"{_server} answered {(int)response.StatusCode}";
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or HttpRequestException)
        {
            return $"{_server} answered {(int)response.StatusCode}";
        }
    }
}
