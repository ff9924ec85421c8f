using System.Globalization;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.ClusterTests.Chaos;

/// <summary>A job to submit while processes die.</summary>
/// <param name="After">Pause since the submission before it.</param>
/// <param name="End">How it must end, whatever is killed.</param>
internal sealed record ChaosJob(string Id, string Spec, TimeSpan After, JobStatus End)
{
    /// <summary>One of several shapes, all lasting 0.1 to 3 seconds when nothing disturbs them.</summary>
    public static ChaosJob Draw(Random random, int number, TimeSpan after)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"chaos-{number:d4}");
        var steps = random.Next(1, 16);
        var stepMilliseconds = random.Next(100, 201);
        var priority = random.Next(0, 3);
        var gpu = random.Next(0, 2);
        var tasks = random.Next(2, 4);
        var failures = random.Next(1, 3);
        var shape = random.Next(100);
        string Spec(int ranks, int gpus, int every, string run, string more = "") =>
            $$"""
            name: {{id}}
            priority: {{priority}}
            tasks: {{ranks}}
            resources: { cpu: 500m, memory: 64MiB, gpu: {{gpus}} }
            run: {{run}}
            checkpoint: { every: {{every}}, keep: 3 }
            {{more}}
            """;
        string Sleep(string more = "") => $"{{ type: sleep, steps: {steps}, stepDuration: {stepMilliseconds}ms{more} }}";
        var (spec, end) = shape switch
        {
            < 45 => (Spec(1, 0, 1000, Sleep()), JobStatus.Succeeded),
            < 65 => (Spec(tasks, gpu, 4, Sleep()), JobStatus.Succeeded),
            < 80 => (Spec(1, gpu, 3, Sleep()), JobStatus.Succeeded),
            < 86 => (Spec(1, gpu, 1000, Program(steps)), JobStatus.Succeeded),
            < 92 => (Spec(1, 0, 10, $"{{ type: matmul, steps: {steps * 3}, size: 64, seed: {number} }}"), JobStatus.Succeeded),
            < 97 => (Spec(1, 0, 2, Sleep($", failAttempts: {failures}, failAtStep: {steps}"), "retry: { max: 3, backoff: 200ms }"), JobStatus.Succeeded),
            _ => (Spec(1, 0, 2, Sleep($", failAttempts: 1000000, failAtStep: {steps}"), "retry: { max: 1, backoff: 200ms }"), JobStatus.Failed),
        };
        return new ChaosJob(id, spec, after, end);
    }

    /// <summary>A program that says ten times a second what time it is, as the other workloads begin their lines with it.</summary>
    private static string Program(int tenths) =>
        $"{{ type: process, argv: [sh, -c, 'i=0; while [ $i -lt {tenths} ]; do i=$((i+1)); date -u +%Y-%m-%dT%H:%M:%S.%3NZ; sleep 0.1; done'] }}";
}
