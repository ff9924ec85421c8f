using System.Globalization;

namespace AkkaMLScheduler.ClusterTests.Failures;

/// <summary>Specs of jobs that sleep in steps of a quarter of a second.</summary>
internal static class Jobs
{
    public static string Sleep(int steps, int every = 1000, int gpu = 0, int tasks = 1) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        name: sleeper
        tasks: {{tasks}}
        resources: { cpu: 100m, memory: 1MiB, gpu: {{gpu}} }
        run: { type: sleep, steps: {{steps}}, stepDuration: 250ms }
        checkpoint: { every: {{every}}, keep: 3 }
        """);
}
