using System.Globalization;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Checkpoints;
using AkkaMLScheduler.Workloads.Parameters;
using AkkaMLScheduler.Workloads.Stepping;

namespace AkkaMLScheduler.Workloads.Sleep;

/// <summary>Does nothing for a given time, in steps, and fails on purpose where asked: for playing with scheduling and retries.</summary>
internal sealed class SleepWorkload : SteppedWorkload
{
    public override string Type => "sleep";

    public override IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new("steps", "int", "10", "Number of steps; with 0 it ends at once and saves nothing.") { Minimum = 0, Maximum = 1_000_000_000 },
        new("stepDuration", "duration", "100ms", "How long each step lasts.") { Minimum = 0, Maximum = 86_400 },
        new("failAttempts", "int", "0", "Attempts 1 to this one fail on purpose.") { Minimum = 0, Maximum = 1_000_000 },
        new("failAtStep", "int", "1", "The step in which such an attempt fails; one that resumes later fails in its first step.")
        {
            Minimum = 1,
            Maximum = 1_000_000_000,
        },
    ];

    protected override IEnumerable<string> Check(RunParameters parameters)
    {
        if (parameters.Int("failAttempts") > 0 && parameters.Long("failAtStep") > parameters.Long("steps"))
            yield return $"run.failAtStep {parameters.Long("failAtStep")} comes after the last of {parameters.Long("steps")} steps";
    }

    protected override SteppedTask Start(TaskContext task, RunParameters parameters, CancellationToken stop)
        => new SleepTask(
            parameters.Long("steps"),
            parameters.Duration("stepDuration"),
            task.Attempt <= parameters.Int("failAttempts") ? parameters.Long("failAtStep") : long.MaxValue,
            task.Attempt);

    private sealed class SleepTask(long steps, TimeSpan stepDuration, long failAtStep, int attempt) : SteppedTask
    {
        private readonly Dictionary<string, double> _metrics = new() { ["sleptSeconds"] = 0 };
        private long _slept;

        public override long Steps => steps;

        public override IReadOnlyDictionary<string, string> Identity { get; } = new Dictionary<string, string>
        {
            ["stepDuration"] = stepDuration.ToString("c", CultureInfo.InvariantCulture),
        };

        public override IReadOnlyDictionary<string, double> Metrics => _metrics;

        public override IReadOnlyDictionary<string, string> State => new Dictionary<string, string>
        {
            ["slept"] = _slept.ToString(CultureInfo.InvariantCulture),
        };

        public override void Restore(CheckpointContent checkpoint)
        {
            _slept = long.Parse(checkpoint.State("slept"), CultureInfo.InvariantCulture);
            _metrics["sleptSeconds"] = TimeSpan.FromTicks(_slept).TotalSeconds;
        }

        public override StepEnd Advance(long step, CancellationToken stop)
        {
            if (stop.WaitHandle.WaitOne(stepDuration))
                return StepEnd.Abandoned;
            if (step >= failAtStep)
                throw new WorkloadException($"failed on purpose at step {step} of attempt {attempt}, as run.failAttempts asks");
            _slept += stepDuration.Ticks;
            _metrics["sleptSeconds"] = TimeSpan.FromTicks(_slept).TotalSeconds;
            return StepEnd.Done;
        }
    }
}
