using System.Globalization;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cli.Demo;

/// <summary>The demo's jobs. Their ids are fixed, so that a demo started again in the same folder finds its own.</summary>
public static class DemoJobs
{
    public const string Background = "background";
    public const string Train = "train";
    public const string Flaky = "flaky";

    private const long SmallTask = 200;

    /// <summary>Runs first and holds a GPU that the gang needs: preempted, then resumed.</summary>
    public static JobSpec BackgroundSpec() => Spec(
        Background, priority: -10, gpus: 1, run: new("matmul", With(("size", 192), ("steps", 1500))), every: 100);

    public static IEnumerable<(string Id, JobSpec Spec)> Others(string curated, int seed) =>
    [
        (Train, Spec(
            Train, priority: 10, tasks: 2, gpus: 2, inputs: [curated], every: 20,
            run: new("torch", With(("steps", 240), ("batch", 8), ("seed", seed))))),
        ("matmul-1", Spec("matmul-1", run: new("matmul", With(("size", 128), ("steps", 400), ("seed", seed))), every: 100)),
        ("matmul-2", Spec("matmul-2", run: new("matmul", With(("size", 128), ("steps", 400), ("seed", seed + 1))), every: 100)),
        ("tokenize", Spec("tokenize", inputs: [curated], run: new("tokenize", With()), every: 2)),
        (Flaky, Spec(Flaky, run: new("sleep", With(("steps", 20), ("failAttempts", 1), ("failAtStep", 10))), every: 5)),
    ];

    private static JobSpec Spec(
        string name, RunSpec run, long every, int priority = 0, int tasks = 1, int gpus = 0, IReadOnlyList<string>? inputs = null) => new(
        name, priority, tasks, new ResourceSpec(SmallTask, 128L << 20, gpus), run, inputs ?? [],
        new RetrySpec(3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30)), new CheckpointSpec(every, 2),
        new Dictionary<string, string> { ["demo"] = "true" });

    private static Dictionary<string, string> With(params (string Key, long Value)[] parameters) =>
        parameters.ToDictionary(p => p.Key, p => p.Value.ToString(CultureInfo.InvariantCulture));
}
