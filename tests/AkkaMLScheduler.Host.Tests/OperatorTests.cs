using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>The operators' verbs over HTTP, of a scheduler and of a worker, and as messages.</summary>
public sealed class OperatorTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private TestCluster _cluster = null!;
    private HttpClient _worker = null!;

    private AmlsNode Worker => _cluster.Nodes.Workers[0];

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(_folder.Path, workers: 2);
        _worker = new HttpClient { BaseAddress = new Uri(Worker.Url) };
        _worker.DefaultRequestHeaders.Authorization = _cluster.Http.DefaultRequestHeaders.Authorization;
    }

    public async Task DisposeAsync()
    {
        _worker.Dispose();
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Every_node_shows_the_same_members_and_itself()
    {
        var (ofScheduler, ofWorker) = (await UntilUpAsync(_cluster.Http, 3), await UntilUpAsync(_worker, 3));

        Assert.Equal(_cluster.Nodes.Scheduler.ClusterAddress, ofScheduler.Self);
        Assert.Equal(Worker.ClusterAddress, ofWorker.Self);
        Assert.Equal(ofScheduler.Members.Select(m => m.Address), ofWorker.Members.Select(m => m.Address));
        Assert.Contains(ofWorker.Members, m => m.Address == ofScheduler.Self && m.Roles.Contains("scheduler") && m.Reachable);
        Assert.Equal(Worker.ClusterAddress, (await GetAsync(_worker, "status", ApiJson.Default.MemberView)).Address);
        Assert.Contains((await GetAsync(_worker, "leader", ApiJson.Default.LeaderView)).Address, ofScheduler.Members.Select(m => m.Address));
        Assert.Equal("akka://amls", (await GetAsync(_worker, "actors/system", ApiJson.Default.ActorSystemView)).Address);
    }

    [Fact]
    public async Task Region_stats_are_the_same_from_a_member_that_has_the_region_and_from_one_that_has_a_proxy()
    {
        await _cluster.SubmitAsync("awake", TestCluster.Sleep(10_000));
        await _cluster.UntilAsync("awake", job => job.Status == JobStatus.Running);

        foreach (var http in new[] { _cluster.Http, _worker })
        {
            var jobs = await GetAsync(http, "sharding/job", ApiJson.Default.RegionStatsView);
            var only = Assert.Single(jobs.Members);
            Assert.Equal((_cluster.Nodes.Scheduler.ClusterAddress, true, 1), (only.Member.Address, only.IsCoordinator, only.Entities));
            var workers = await GetAsync(http, "sharding/worker", ApiJson.Default.RegionStatsView);
            Assert.Equal([1, 1], workers.Members.Select(m => m.Entities));
            Assert.Empty(workers.Silent);
        }

        var regions = await GetAsync(_worker, "sharding", ApiJson.Default.RegionsView);
        Assert.Equal([("job", false), ("worker", true)], regions.Regions.Select(r => (r.Region, r.Here)));
    }

    [Fact]
    public async Task The_hierarchy_begins_where_it_is_asked_to_and_ends_at_the_depth()
    {
        var user = await GetAsync(_cluster.Http, "actors?depth=0", ApiJson.Default.HierarchyView);
        var below = await GetAsync(_cluster.Http, "actors?depth=1", ApiJson.Default.HierarchyView);
        var gateway = await GetAsync(_cluster.Http, "actors?path=/user/gateway", ApiJson.Default.HierarchyView);

        Assert.Equal(["/user"], user.Paths);
        Assert.Contains("/user/operator", below.Paths);
        Assert.All(below.Paths, path => Assert.True(path.Count(c => c == '/') <= 2, path));
        Assert.Equal(["/user/gateway"], gateway.Paths);
    }

    [Theory]
    [InlineData("GET", "sharding/jobb", "did you mean 'job'?")]
    [InlineData("GET", "actors?path=/user/nobody", "there is no actor '/user/nobody'")]
    [InlineData("GET", "actors?depth=99", "from 0 to 20")]
    [InlineData("POST", "leave?address=akka.tcp://amls@127.0.0.1:1", "there is no member akka.tcp://amls@127.0.0.1:1")]
    [InlineData("POST", "down?address=nonsense", "is not a member's address")]
    [InlineData("POST", "join?address=akka.tcp://amls@127.0.0.1:1", "is a member of a cluster already")]
    public async Task What_cannot_be_done_is_a_conflict_that_says_why(string method, string path, string expected)
    {
        using var response = await _worker.SendAsync(new HttpRequestMessage(new HttpMethod(method), $"api/v1/cluster/{path}"));

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains(expected, (await response.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!.Detail);
    }

    [Fact]
    public async Task An_address_that_is_missing_is_a_bad_request()
    {
        using var response = await _worker.PostAsync("api/v1/cluster/down", null);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task A_member_asked_to_leave_without_an_address_leaves_itself()
    {
        using var left = await _worker.PostAsync("api/v1/cluster/leave", null);

        left.EnsureSuccessStatusCode();
        await Worker.System.WhenTerminated.WaitAsync(Patience);
        var rest = await UntilUpAsync(_cluster.Http, 2);
        Assert.DoesNotContain(rest.Members, m => m.Address == Worker.ClusterAddress);
    }

    [Fact]
    public async Task A_dead_member_is_shown_as_unreachable_and_can_be_downed()
    {
        var address = Worker.ClusterAddress;
        await _cluster.Nodes.KillWorkerAsync(0);
        using var downed = await _cluster.Http.PostAsync($"api/v1/cluster/down?address={address}", null);

        downed.EnsureSuccessStatusCode();
        Assert.DoesNotContain((await UntilUpAsync(_cluster.Http, 2)).Members, m => m.Address == address);
    }

    [Fact]
    public async Task Another_member_answers_the_same_as_a_message()
    {
        var remote = Worker.System.ActorSelection($"{_cluster.Nodes.Scheduler.ClusterAddress}/user/{OperatorRequests.ActorName}");

        var view = await remote.Ask<ClusterView>(new OperatorRequests.ShowCluster(), Patience);

        Assert.Equal(_cluster.Nodes.Scheduler.ClusterAddress, view.Self);
    }

    /// <summary>Asks until there are so many members, all up.</summary>
    private static async Task<ClusterView> UntilUpAsync(HttpClient http, int members)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var view = await GetAsync(http, "", ApiJson.Default.ClusterView);
            if (view.Members.Count == members && view.Members.All(m => m.Status == "up")) return view;
            if (limit.IsCancellationRequested) Assert.Fail($"After {Patience} the members are still {string.Join(", ", view.Members)}.");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    private static async Task<T> GetAsync<T>(HttpClient http, string path, JsonTypeInfo<T> json) =>
        (await http.GetFromJsonAsync(path.Length == 0 ? "api/v1/cluster" : $"api/v1/cluster/{path}", json))!;
}
