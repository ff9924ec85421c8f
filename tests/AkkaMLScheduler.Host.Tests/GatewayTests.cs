using System.Diagnostics;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Client;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>Services outside the cluster: a client with an actor system of its own, and one in a process of its own.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly TemporaryFolder _folder = new();
    private TestCluster _cluster = null!;
    private SchedulerClient _client = null!;

    public async Task InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(_folder.Path, workers: 1);
        _client = Connect(_cluster.Nodes.Scheduler.ClusterAddress);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_service_in_its_own_process_submits_a_job_and_sees_its_end()
    {
        var spec = _folder.File("job.yaml");
        await File.WriteAllTextAsync(spec, TestCluster.Sleep(6));
        var nobody = $"akka.tcp://amls@127.0.0.1:{FreePort.Next()}";

        var first = await SampleAsync(spec, "from-outside", nobody, _cluster.Nodes.Scheduler.ClusterAddress);
        var again = await SampleAsync(spec, "from-outside", _cluster.Nodes.Scheduler.ClusterAddress);

        Assert.True(first.ExitCode == 0, first.Error);
        Assert.Contains("from-outside is accepted", first.Output);
        Assert.Contains("from-outside Succeeded attempts=1 step=6", first.Output);
        Assert.True(again.ExitCode == 0, again.Error);
        Assert.Contains("was submitted before", again.Output);
    }

    [Fact]
    public async Task A_watch_tells_each_state_once_and_ends_with_the_job()
    {
        var accepted = await _client.SubmitAsync(JobSpecReader.Read(TestCluster.Sleep(20)));

        var seen = new List<(JobStatus Status, int Checkpoints)>();
        await foreach (var job in _client.WatchAsync(accepted.JobId)) seen.Add((job.Status, job.Checkpoints));

        Assert.Equal((JobStatus.Succeeded, 10), seen[^1]);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Contains(seen, one => one.Status == JobStatus.Running);
        Assert.Single(seen, one => one.Status.IsTerminal());
    }

    [Fact]
    public async Task Many_submissions_at_once_are_each_one_job_and_are_all_listed()
    {
        const int jobs = 250;
        var spec = JobSpecReader.Read(TestCluster.Sleep(1, gpu: 64));

        var accepted = await Task.WhenAll(Enumerable.Range(0, jobs).Select(_ => _client.SubmitAsync(spec)));

        Assert.All(accepted, one => Assert.False(one.AlreadyKnown));
        var ids = accepted.Select(one => one.JobId.Value).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(jobs, ids.Distinct().Count());
        using var limit = new CancellationTokenSource(Patience);
        var listed = new List<string>();
        while (listed.Count < jobs)
        {
            listed.Clear();
            await foreach (var job in _client.ListAsync(limit.Token)) listed.Add(job.Id);
        }

        Assert.Equal(ids, listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_job_is_described_and_cancelled()
    {
        var id = (await _client.SubmitAsync(JobSpecReader.Read(TestCluster.Sleep(10_000, gpu: 2)), new JobId("endless"))).JobId;
        await foreach (var job in _client.WatchAsync(id))
        {
            if (job.Status == JobStatus.Running) break;
        }

        var described = await _client.DescribeAsync(id);
        Assert.Equal(("endless", 2, "worker-1"), (described.Job.Id, described.Spec.Resources.Gpus, described.Attempts[0].Placements[0].Node));
        Assert.False((await _client.CancelAsync(id)).AlreadyKnown);

        var end = JobStatus.Pending;
        await foreach (var job in _client.WatchAsync(id)) end = job.Status;
        Assert.Equal(JobStatus.Cancelled, end);
    }

    [Theory]
    [InlineData("run: { type: sleep, stepps: 3 }", "did you mean 'steps'?")]
    [InlineData("run: { type: tokenize }\ninputs: [nowhere]", "there is no dataset 'nowhere'")]
    public async Task What_the_http_api_refuses_the_gateway_refuses(string rest, string expected)
    {
        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => _client.SubmitAsync(JobSpecReader.Read($"name: x\n{rest}")));

        Assert.Contains(expected, refused.Message);
    }

    [Fact]
    public async Task Another_spec_under_a_taken_id_is_refused_and_an_unknown_job_is_named()
    {
        var id = new JobId("taken");
        await _client.SubmitAsync(JobSpecReader.Read(TestCluster.Sleep(1)), id);

        await Assert.ThrowsAsync<RequestRefusedException>(() => _client.SubmitAsync(JobSpecReader.Read(TestCluster.Sleep(2)), id));
        await Assert.ThrowsAsync<RequestRefusedException>(() => _client.CancelAsync(new JobId("nobody")));
        Assert.Equal("nobody", (await Assert.ThrowsAsync<UnknownJobException>(() => _client.DescribeAsync(new JobId("nobody")))).JobId.Value);
    }

    [Fact]
    public async Task A_client_without_a_cluster_gives_up_at_its_deadline_and_says_where_it_tried()
    {
        var nobody = $"akka.tcp://amls@127.0.0.1:{FreePort.Next()}";
        await using var client = Connect(nobody, TimeSpan.FromSeconds(2));

        var error = await Assert.ThrowsAsync<SchedulerUnreachableException>(() => client.CancelAsync(new JobId("any")));

        Assert.Contains(nobody, error.Message);
    }

    [Fact]
    public async Task A_submission_survives_the_restart_of_the_whole_scheduler()
    {
        var port = _cluster.Nodes.Scheduler.ClusterPort;
        var settings = _cluster.Nodes.Scheduler.Settings;
        await _client.SubmitAsync(JobSpecReader.Read(TestCluster.Sleep(1)), new JobId("before"));
        await _cluster.Nodes.Scheduler.KillAsync();

        var during = _client.SubmitAsync(JobSpecReader.Read(TestCluster.Sleep(1)), new JobId("during"));
        await using var again = await AmlsNode.StartAsync(settings with { Port = port });

        Assert.Equal("during", (await during).JobId.Value);
        Assert.True((await _client.SubmitAsync(JobSpecReader.Read(TestCluster.Sleep(1)), new JobId("before"))).AlreadyKnown);
    }

    [Theory]
    [InlineData("not an address")]
    [InlineData("akka.tcp://amls@127.0.0.1")]
    public void A_contact_point_that_is_no_address_is_named(string contact) =>
        Assert.Contains(contact, Assert.Throws<ArgumentException>(() => Connect(contact)).Message);

    private static SchedulerClient Connect(string contact, TimeSpan? deadline = null) => SchedulerClient.Connect(new SchedulerClientOptions
    {
        ContactPoints = [contact],
        Deadline = deadline ?? Patience,
        RepeatAfter = TimeSpan.FromSeconds(1),
        Name = "test",
    });

    private static async Task<(int ExitCode, string Output, string Error)> SampleAsync(params string[] arguments)
    {
        var program = AmlsProgram.Find("tests", "AkkaMLScheduler.SampleService", "AkkaMLScheduler.SampleService.dll");
        using var sample = Process.Start(
            new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (sample.StandardOutput.ReadToEndAsync(), sample.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await sample.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            sample.Kill();
            Assert.Fail($"the sample did not end within {Patience}; it said:\n{await output}\n{await error}");
        }

        return (sample.ExitCode, await output, await error);
    }
}
