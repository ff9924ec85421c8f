using System.Text.Json;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Cli.Tests;

/// <summary><c>amls up</c> as one process, the other verbs as others.</summary>
public sealed class ClientVerbTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = FreePort.Next();
    private Amls _up = null!;

    public async Task InitializeAsync()
    {
        _up = Amls.Start("up", "--data-dir", _folder.File("data"), "--port", $"{_port}", "--workers", "1");
        await _up.UntilSaidAsync($"http://127.0.0.1:{_port}");
    }

    public async Task DisposeAsync()
    {
        await _up.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_job_is_submitted_watched_and_described()
    {
        var id = await SubmitAsync("name: hello\nrun: { type: sleep, steps: 5 }\ncheckpoint: { every: 2 }\n");
        Assert.StartsWith("hello-", id);

        var followed = await VerbAsync("logs", id, "-f");
        Assert.Contains(followed.Output.Split('\n'), line => line.StartsWith("1.0 | ", StringComparison.Ordinal) && line.Contains(" step 5/5 ", StringComparison.Ordinal));
        Assert.Equal(ExitCodes.Success, (await VerbAsync("wait", id)).ExitCode);

        var described = JsonSerializer.Deserialize((await VerbAsync("describe", "job", id, "-o", "json")).Output, ApiJson.Default.JobDetail)!;
        Assert.Equal((JobStatus.Succeeded, 3), (described.Job.Status, described.Job.Checkpoints));
        Assert.Contains(id, (await VerbAsync("get", "jobs")).Output);
        Assert.Contains("worker-1", (await VerbAsync("get", "nodes")).Output);
        Assert.Equal("[]", (await VerbAsync("get", "datasets", "-o", "json")).Output.Trim());
    }

    [Fact]
    public async Task A_pipeline_is_applied_watched_and_deleted()
    {
        var file = _folder.File("made.yaml");
        File.WriteAllText(file, "name: made\nfrom: generate://7?records=500\nrotate: { idle: 100ms }\n");
        Assert.Equal("pipeline made applied\n", (await VerbAsync("apply", "-f", file)).Output);
        Assert.Equal("pipeline made unchanged\n", (await VerbAsync("apply", "-f", file)).Output);

        PipelineRunView? run = null;
        await Eventually.HoldsAsync(
            async () =>
            {
                var pipelines = JsonSerializer.Deserialize((await VerbAsync("get", "pipelines", "-o", "json")).Output, ApiJson.Default.IReadOnlyListPipelineView)!;
                return (run = pipelines[0].Runs.FirstOrDefault()) is { State: "ended" };
            },
            TimeSpan.FromMinutes(1),
            () => $"the run is {run}");
        Assert.Equal(("ended", 500L, "worker-1"), (run!.State, run.Read, run.Node));
        Assert.Equal(500, run.Accepted + run.Rejected);

        Assert.Equal("pipeline made deleted\n", (await VerbAsync("delete", "pipeline", "made")).Output);
        Assert.Equal("[]", (await VerbAsync("get", "pipelines", "-o", "json")).Output.Trim());
        Assert.Equal(ExitCodes.BadInput, (await VerbAsync("delete", "pipeline", "made")).ExitCode);
    }

    [Fact]
    public async Task A_cancelled_job_gives_wait_its_own_exit_code()
    {
        var id = await SubmitAsync("name: long\nrun: { type: sleep, steps: 10000 }\n");

        Assert.Equal(ExitCodes.TimedOut, (await VerbAsync("wait", id, "--timeout", "0.5")).ExitCode);
        Assert.Equal(ExitCodes.Success, (await VerbAsync("cancel", id)).ExitCode);
        Assert.Equal(ExitCodes.Cancelled, (await VerbAsync("wait", id)).ExitCode);
    }

    [Fact]
    public async Task A_failed_job_gives_wait_exit_code_1()
    {
        var id = await SubmitAsync("name: bad\nrun: { type: sleep, steps: 3, failAttempts: 9 }\nretry: { max: 1, backoff: 100ms }\n");

        var waited = await VerbAsync("wait", id);

        Assert.Equal(ExitCodes.Failed, waited.ExitCode);
        Assert.Contains("failed on purpose", waited.Output);
    }

    [Fact]
    public async Task A_spec_with_a_mistake_is_refused_with_its_line()
    {
        var file = _folder.File("bad.yaml");
        await File.WriteAllTextAsync(file, "name: x\nprioritty: 3\nrun: { type: sleep }\n");

        var submitted = await VerbAsync("submit", file);

        Assert.Equal(ExitCodes.BadInput, submitted.ExitCode);
        Assert.Contains("amls: line 2: unknown key 'prioritty' in 'job'; did you mean 'priority'?", submitted.Error);
    }

    [Fact]
    public async Task An_unknown_job_is_said_to_be_unknown()
    {
        var described = await VerbAsync("describe", "job", "nobody");

        Assert.Equal(ExitCodes.BadInput, described.ExitCode);
        Assert.Contains("there is no job 'nobody'", described.Error);
    }

    [Fact]
    public async Task The_token_is_found_in_the_data_folder_or_taken_from_the_command_line_and_nothing_goes_without()
    {
        var elsewhere = _folder.Path;
        var token = await File.ReadAllTextAsync(Path.Combine(_folder.File("data"), ApiTokenFile.Name));

        var without = await VerbInAsync(elsewhere, "get", "jobs");
        var given = await VerbInAsync(elsewhere, "get", "jobs", "--token", token.Trim());
        var wrong = await VerbAsync("get", "jobs", "--token", "0123456789abcdef");

        Assert.Equal((ExitCodes.BadInput, ExitCodes.Success, ExitCodes.BadInput), (without.ExitCode, given.ExitCode, wrong.ExitCode));
        Assert.Contains("the request has no token; send", without.Error);
        Assert.Contains("the token is not this cluster's", wrong.Error);
    }

    private async Task<string> SubmitAsync(string spec)
    {
        var file = _folder.File($"{Guid.NewGuid():n}.yaml");
        await File.WriteAllTextAsync(file, spec);
        var submitted = await VerbAsync("submit", file);
        Assert.Equal(ExitCodes.Success, submitted.ExitCode);
        return submitted.Output.Trim();
    }

    private Task<Amls.Finished> VerbAsync(params string[] arguments) => VerbInAsync(_folder.File("data"), arguments);

    private Task<Amls.Finished> VerbInAsync(string dataDir, params string[] arguments) =>
        Amls.RunAsync([.. arguments, "--server", $"http://127.0.0.1:{_port}", "--data-dir", dataDir]);
}
