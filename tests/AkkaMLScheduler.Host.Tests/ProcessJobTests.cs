using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Testing;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>Programs as jobs of a real cluster.</summary>
public sealed class ProcessJobTests
{
    [Fact]
    public async Task A_program_fails_resumes_from_its_checkpoint_and_its_log_can_be_read()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await StartAsync(folder.Path);
        await cluster.SubmitAsync(
            "program",
            """
            name: program
            resources: { cpu: 100m, memory: 64MiB }
            retry: { backoff: 100ms }
            run:
              type: process
              argv:
                - sh
                - -c
                - |
                  echo "attempt $AMLS_ATTEMPT of $AMLS_JOB_ID begins with $(cat "${AMLS_RESUME_FROM:-/dev/null}")"
                  echo "state of $AMLS_ATTEMPT" > "$AMLS_CHECKPOINT_DIR/state"
                  echo '{"amls": {"checkpoint": {"step": 5, "path": "state"}}}'
                  [ $AMLS_ATTEMPT = 2 ]
            """);

        var ended = await cluster.UntilEndedAsync("program");
        var log = await cluster.Http.GetStringAsync("api/v1/jobs/program/logs");

        Assert.Equal((JobStatus.Succeeded, 2, 5L), (ended.Job.Status, ended.Job.Attempts, ended.Job.ResumedFromStep));
        Assert.Equal("exit code 1", ended.Attempts[0].Reason);
        Assert.Contains("1.0 | attempt 1 of program begins with \n", log);
        Assert.Contains("2.0 | attempt 2 of program begins with state of 1\n", log);
    }

    [Fact]
    public async Task A_cluster_that_was_not_told_to_runs_no_program()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await TestCluster.StartAsync(folder.Path, workers: 1);
        await cluster.SubmitAsync("program", "name: p\nretry: { max: 0 }\nresources: { memory: 1MiB }\nrun: { type: process, argv: [\"true\"] }");

        var ended = await cluster.UntilEndedAsync("program");

        Assert.Equal(JobStatus.Failed, ended.Job.Status);
        Assert.Contains("node 'worker-1' runs no processes: amls.worker.allow-process is false there", ended.Job.Reason);
    }

    [Fact]
    public async Task A_preempted_program_saves_in_its_grace_and_goes_on_from_there()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await StartAsync(folder.Path);
        await cluster.SubmitAsync(
            "low",
            """
            name: low
            priority: -5
            resources: { cpu: 100m, memory: 64MiB, gpu: 2 }
            run:
              type: process
              argv:
                - sh
                - -c
                - |
                  if [ -n "$AMLS_RESUME_FROM" ]; then echo "on GPUs $CUDA_VISIBLE_DEVICES from $(cat "$AMLS_RESUME_FROM")"; exit 0; fi
                  save() {
                      echo "what the grace saved" > "$AMLS_CHECKPOINT_DIR/last"
                      echo '{"amls": {"checkpoint": {"step": 9, "path": "last"}}}'
                      exit 0
                  }
                  trap save TERM
                  while :; do sleep 0.05; done
            """);
        await cluster.UntilAsync("low", job => job.Status == JobStatus.Running);
        await cluster.SubmitAsync("high", TestCluster.Sleep(2, gpu: 2, priority: 5));

        var low = await cluster.UntilEndedAsync("low");
        var log = await cluster.Http.GetStringAsync("api/v1/jobs/low/logs?attempt=2&rank=0");

        Assert.Equal((JobStatus.Succeeded, 1, 9L), (low.Job.Status, low.Job.Preemptions, low.Job.ResumedFromStep));
        Assert.Contains("on GPUs 0,1 from what the grace saved\n", log);
    }

    [Fact]
    public async Task A_long_log_is_followed_over_its_segments_to_its_end()
    {
        using var folder = new TemporaryFolder();
        await using var cluster = await StartAsync(folder.Path);
        await cluster.SubmitAsync(
            "talker", "name: talker\nresources: { memory: 64MiB }\nrun: { type: process, argv: [sh, -c, 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); echo \"line $i\"; done'] }");
        await cluster.UntilEndedAsync("talker");

        var lines = (await cluster.Http.GetStringAsync("api/v1/jobs/talker/logs?attempt=1&rank=0&follow=true")).TrimEnd('\n').Split('\n');

        Assert.Contains("older lines were dropped", lines[0]);
        Assert.Equal("line 20000", lines[^2]);
        Assert.StartsWith("amls: exit code 0; ", lines[^1]);
        var numbers = lines.Where(line => line.StartsWith("line ", StringComparison.Ordinal)).Select(line => int.Parse(line[5..])).ToList();
        Assert.Equal(Enumerable.Range(numbers[0], numbers.Count), numbers);
        Assert.InRange(numbers[0], 2, 19_000);
    }

    private static async Task<TestCluster> StartAsync(string folder) => await TestCluster.StartAsync(
        TestCluster.Settings(folder) with { Processes = new ProcessSettings(true, TimeSpan.FromSeconds(20)), MaxLogBytes = 128 << 10 }, workers: 1);
}
