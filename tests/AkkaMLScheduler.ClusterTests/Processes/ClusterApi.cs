using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.ClusterTests.Processes;

/// <summary>
/// The cluster's HTTP API as a patient client uses it: what is not answered, or answered with a fault of the server, is asked again of the
/// next scheduler, under the same id.
/// </summary>
internal sealed class ClusterApi(IReadOnlyList<NodeProcess> schedulers, string dataDir) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _http = new() { Timeout = Timeout };
    private int _turn;
    private int _repeats;

    /// <summary>Requests that had to be made again.</summary>
    public int Repeats => _repeats;

    public async Task SubmitAsync(string id, string spec)
    {
        using var answer = await AskAsync(HttpMethod.Post, $"api/v1/jobs?id={id}", spec);
        Assert.True(answer.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK, $"Job {id} was answered with {answer.StatusCode}.");
    }

    public async Task CancelAsync(string id)
    {
        using var answer = await AskAsync(HttpMethod.Post, $"api/v1/jobs/{id}/cancel", "");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    public async Task<IReadOnlyList<JobView>> JobsAsync()
    {
        using var answer = await AskAsync(HttpMethod.Get, "api/v1/jobs");
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.IReadOnlyListJobView))!;
    }

    /// <returns>Null where the read tables do not show the job (yet: whoever writes them may have just been killed).</returns>
    public async Task<JobDetail?> JobAsync(string id)
    {
        using var answer = await AskAsync(HttpMethod.Get, $"api/v1/jobs/{id}");
        if (answer.StatusCode == HttpStatusCode.NotFound) return null;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.JobDetail))!;
    }

    public async Task<IReadOnlyList<NodeView>> NodesAsync()
    {
        using var answer = await AskAsync(HttpMethod.Get, "api/v1/nodes");
        return (await answer.Content.ReadFromJsonAsync(ApiJson.Default.IReadOnlyListNodeView))!;
    }

    /// <summary>Whether this node says that it is ready.</summary>
    public async Task<bool> IsReadyAsync(NodeProcess node)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(node.Url, "healthz/ready"));
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, string? body = null)
    {
        var since = Stopwatch.StartNew();
        var last = "nobody answered";
        while (since.Elapsed < Patience)
        {
            var node = schedulers[(Interlocked.Increment(ref _turn) & int.MaxValue) % schedulers.Count];
            try
            {
                using var request = Request(method, new Uri(node.Url, path), body);
                var answer = await _http.SendAsync(request);
                if ((int)answer.StatusCode < 500 && answer.StatusCode != HttpStatusCode.Unauthorized) return answer;
                last = $"{node.Name} answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}";
                answer.Dispose();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                last = $"{node.Name}: {e.Message}";
            }

            Interlocked.Increment(ref _repeats);
            await Task.Delay(Pause);
        }

        throw new TimeoutException($"No answer to {method} {path} in {Patience}; the last: {last}");
    }

    /// <summary>With the token that the cluster keeps in its data folder, once it has one.</summary>
    private HttpRequestMessage Request(HttpMethod method, Uri uri, string? body)
    {
        var request = new HttpRequestMessage(method, uri);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/yaml");
        var token = Path.Combine(dataDir, "api-token");
        if (File.Exists(token)) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(token).Trim());
        return request;
    }
}
