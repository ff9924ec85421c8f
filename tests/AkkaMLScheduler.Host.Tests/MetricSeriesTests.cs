using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Testing;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>What tasks tell of their steps, as it can be read later.</summary>
public sealed class MetricSeriesTests : IAsyncLifetime
{
    private const string Form = """{"amls": {"progress": {"step": %d, "total": %d, "metrics": {"loss": %s}}}}""";

    private readonly TemporaryFolder _folder = new();
    private TestCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await TestCluster.StartAsync(
        TestCluster.Settings(_folder.Path) with { Processes = new ProcessSettings(true, TimeSpan.FromSeconds(20)) }, workers: 1);

    public async Task DisposeAsync()
    {
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Points_are_kept_at_most_once_a_second_and_the_last_one_always()
    {
        await SubmitAsync("once", steps: 40, pause: 0.1);

        var points = await UntilStepAsync("once", 40);

        // Forty steps in about four seconds.
        Assert.InRange(points.Count, 3, 20);
        Assert.Equal(1, points[0].Step);
        Assert.Equal(points.OrderBy(point => point.Step), points);
        Assert.All(points, point => Assert.Equal(point.Step / 2.0, point.Metrics["loss"]));

        // What it holds is added: a shell's few hundred KiB, once it has been looked at.
        Assert.InRange(points[^1].Metrics["memory_bytes"], 10_000, 20_000_000);
        Assert.All(
            points.Zip(points.Skip(1)).SkipLast(1),
            pair => Assert.InRange(pair.Item2.At - pair.Item1.At, TimeSpan.FromSeconds(0.99), TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public async Task Of_many_points_evenly_spaced_ones_are_given_with_the_first_and_the_last()
    {
        await SubmitAsync("some", steps: 6, pause: 1.1);
        await UntilStepAsync("some", 6);

        Assert.Equal([1L, 3, 6], (await PointsAsync("some", "?points=3")).Select(point => point.Step));
        Assert.Empty(await PointsAsync("some", "?rank=1"));
        Assert.Empty(await PointsAsync("some", "?attempt=2"));
        using var tooFew = await _cluster.Http.GetAsync("api/v1/jobs/some/metrics?points=1");
        Assert.Equal(HttpStatusCode.BadRequest, tooFew.StatusCode);
        using var unknown = await _cluster.Http.GetAsync("api/v1/jobs/nobody/metrics");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    private Task SubmitAsync(string id, int steps, double pause) => _cluster.SubmitAsync(
        id,
        $$"""
        name: steps
        resources: { cpu: 100m, memory: 64MiB }
        run:
          type: process
          argv:
            - sh
            - -c
            - |
              i=0
              while [ $i -lt $STEPS ]; do
                  i=$((i+1))
                  echo "$(printf "$FORM" $i $STEPS $((i/2)).$((i%2*5)))"
                  sleep $PAUSE
              done
        env:
          STEPS: {{steps}}
          PAUSE: {{pause.ToString(CultureInfo.InvariantCulture)}}
          FORM: '{{Form}}'
        """);

    /// <summary>They are written about a second after they were told.</summary>
    private async Task<IReadOnlyList<MetricPointView>> UntilStepAsync(string id, long step)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            var points = await PointsAsync(id, "");
            if (points.Count > 0 && points[^1].Step == step) return points;
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        }
    }

    private async Task<IReadOnlyList<MetricPointView>> PointsAsync(string id, string query) =>
        (await _cluster.Http.GetFromJsonAsync($"api/v1/jobs/{id}/metrics{query}", ApiJson.Default.IReadOnlyListMetricPointView))!;
}
