using System.Globalization;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Contracts;
using Xunit.Abstractions;

namespace AkkaMLScheduler.ClusterTests.Failures;

public sealed class ProcessTaskTests(ITestOutputHelper output)
{
    private const string Program =
        """
        name: program
        resources: { cpu: 100m, memory: 64MiB }
        run: { type: process, argv: [sh, -c, 'sleep 100000 & echo "pids $$ $!"; wait'] }
        """;

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    [SkippableFact]
    public async Task A_program_and_what_it_started_die_with_their_worker_before_it_starts_elsewhere()
    {
        await ClusterProcesses.RunAsync(new ClusterShape(), output, async cluster =>
        {
            await cluster.Api.SubmitAsync("program", Program);
            var running = await cluster.UntilAsync("program", job => job.Job.Status == JobStatus.Running);
            var processes = await ProcessesAsync(Path.Combine(cluster.DataDir, "logs", "program", "attempt-1", "rank-0.log"));
            Assert.All(processes, id => Assert.True(IsAlive(id)));

            await cluster.Workers.Single(node => node.Name == running.Attempts[0].Placements[0].Node).KillAndHoldAsync();

            await cluster.UntilAsync("program", job => job.Attempts.Count > 1);
            Assert.All(processes, id => Assert.False(IsAlive(id), $"process {id} has outlived its worker"));
            await cluster.Api.CancelAsync("program");
            Assert.Equal(JobStatus.Cancelled, (await cluster.UntilEndedAsync("program")).Job.Status);
        });
    }

    /// <summary>What the program has said of itself and of its child.</summary>
    private static async Task<IReadOnlyList<int>> ProcessesAsync(string log)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            if (File.Exists(log) && File.ReadLines(log).FirstOrDefault(line => line.StartsWith("pids ", StringComparison.Ordinal)) is { } said)
                return [.. said.Split(' ')[1..].Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
            await Task.Delay(LookInterval, limit.Token);
        }
    }

    /// <summary>A zombie, which waits only for its parent to take notice, is not.</summary>
    private static bool IsAlive(int process)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/stat"));
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
