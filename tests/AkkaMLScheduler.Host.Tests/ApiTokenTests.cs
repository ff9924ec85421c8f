using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Host.Security;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

public sealed class ApiTokenTests
{
    [Fact]
    public async Task Nothing_but_health_answers_without_the_token_and_every_node_takes_the_same_one()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await TestCluster.StartAsync(folder.Path, workers: 1);
        using var anonymous = new HttpClient { BaseAddress = cluster.Http.BaseAddress };
        using var stranger = new HttpClient { BaseAddress = cluster.Http.BaseAddress };
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "a-token-of-somebody-else");
        var worker = cluster.Nodes.Workers[0].Url;

        foreach (var path in new[] { "api/v1/jobs", "api/v1/nodes", "api/v1/datasets", "metrics", "openapi/v1.json", "nowhere" })
        {
            using var refused = await anonymous.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Contains("Bearer", refused.Headers.WwwAuthenticate.ToString());
            Assert.Contains("has no token; send 'Authorization: Bearer", (await refused.Content.ReadFromJsonAsync(ApiJson.Default.Problem))!.Detail);
            Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(path)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.PostAsync("api/v1/jobs", new StringContent(TestCluster.Sleep(1)))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await anonymous.GetAsync($"{worker}/metrics")).StatusCode);
        Assert.Equal("Healthy", await anonymous.GetStringAsync("healthz/live"));
        Assert.Equal("[]", await cluster.Http.GetStringAsync("api/v1/jobs"));
        Assert.Contains("# TYPE", await cluster.Http.GetStringAsync($"{worker}/metrics"));
    }

    [Fact]
    public void Nodes_that_start_at_once_agree_on_one_token_that_only_its_owner_may_read()
    {
        using var folder = new TemporaryFolder();
        var settings = TestCluster.Settings(folder.Path);

        Parallel.For(0, 16, _ => ApiToken.Open(settings));

        var token = ApiToken.Read(folder.File(ApiTokenFile.Name));
        Assert.Equal(43, token.Length);
        Assert.True(ApiToken.Open(settings).Admits(token));
        Assert.False(ApiToken.Open(settings).Admits(token[..^1]));
        Assert.Equal([folder.File(ApiTokenFile.Name)], Directory.GetFiles(folder.Path));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.File(ApiTokenFile.Name)));
    }

    [Fact]
    public async Task A_token_of_ones_own_is_taken_and_metrics_may_be_open()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("secret");
        await File.WriteAllTextAsync(file, "correct-horse-battery-staple\n");
        await using var node = await AmlsNode.StartAsync(
            TestCluster.Settings(folder.File("data")) with { Roles = ["scheduler"], Access = new HttpAccess(file, MetricsOpen: true) });
        using var http = new HttpClient { BaseAddress = new Uri(node.Url) };

        Assert.Contains("# TYPE", await http.GetStringAsync("metrics"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("api/v1/jobs")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "correct-horse-battery-staple");
        Assert.Equal("[]", await http.GetStringAsync("api/v1/jobs"));
        Assert.False(File.Exists(folder.File("data", ApiTokenFile.Name)));
    }

    [Theory]
    [InlineData(null, "does not exist; write a token into it")]
    [InlineData("short", "has 5 characters; it must have at least 16")]
    [InlineData("two words are not one token", "has a blank")]
    public void A_token_file_that_cannot_serve_is_named(string? content, string expected)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("secret");
        if (content is not null) File.WriteAllText(file, content);

        var error = Assert.Throws<SettingsException>(() => ApiToken.Open(TestCluster.Settings(folder.Path) with { Access = new HttpAccess(file, false) }));

        Assert.Contains($"'{file}'", error.Message);
        Assert.Contains(expected, error.Message);
    }
}
