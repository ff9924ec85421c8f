using System.Diagnostics;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Testing;
using Xunit.Abstractions;

namespace AkkaMLScheduler.Host.Tests;

public sealed class ManyNodesTests(ITestOutputHelper output)
{
    private const int Workers = 19;

    /// <summary>
    /// What Akka.NET calls an error although it is none here: a connection that ends because the other member has left, a shard of a node
    /// that has left, and a slow answer of twenty members that share the machine's cores, which is asked for again.
    /// </summary>
    private static readonly string[] Expected = ["Disassociated", "allocation failed", "unable to update a distributed state within"];

    [Fact]
    public async Task Twenty_nodes_join_run_tasks_together_and_leave_without_an_error()
    {
        using var folder = new TemporaryFolder();
        var since = Stopwatch.StartNew();
        await using (var cluster = await TestCluster.StartAsync(folder.Path, workers: Workers, gpus: 1))
        {
            output.WriteLine($"{Workers + 1} nodes up after {since.Elapsed.TotalSeconds:F1} s");
            await cluster.SubmitAsync("everywhere", TestCluster.Sleep(4, tasks: Workers, gpu: 1));
            var jobs = Enumerable.Range(1, Workers).Select(number => $"single-{number}").ToList();
            await Task.WhenAll(jobs.Select(id => cluster.SubmitAsync(id, TestCluster.Sleep(4, gpu: 1))));

            var everywhere = await cluster.UntilEndedAsync("everywhere");
            Assert.Equal(Workers, everywhere.Attempts.Single().Placements.Select(place => place.Node).Distinct().Count());
            foreach (var id in jobs.Prepend("everywhere"))
            {
                var ended = (await cluster.UntilEndedAsync(id)).Job;
                Assert.Equal((JobStatus.Succeeded, 1), (ended.Status, ended.Attempts));
            }

            output.WriteLine($"every job ended after {since.Elapsed.TotalSeconds:F1} s");
        }

        output.WriteLine($"all have left after {since.Elapsed.TotalSeconds:F1} s");
        var complaints = Directory.EnumerateFiles(folder.File("logs"), "*.log")
            .SelectMany(File.ReadLines)
            .Where(line => line.Contains(" [ERR] ", StringComparison.Ordinal) || line.Contains(" [FTL] ", StringComparison.Ordinal))
            .Where(line => !Expected.Any(words => line.Contains(words, StringComparison.Ordinal)))
            .ToList();
        Assert.True(complaints.Count == 0, string.Join('\n', complaints));
    }
}
