using System.Security.Cryptography;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>Runs any program as a task, where the worker allows it.</summary>
internal sealed class ProcessWorkload : IWorkload
{
    private static readonly Dictionary<string, double> NoMetrics = [];

    public string Type => "process";

    public IReadOnlyList<ParameterSpec> Parameters => ProcessSpec.Parameters;

    public IReadOnlyList<string> Validate(RunSpec run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return ProcessSpec.Problems(run);
    }

    public Task<TaskOutcome> RunAsync(TaskContext task, ITaskObserver observer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(observer);
        return Task.FromResult(Run(task, observer, stop));
    }

    private TaskOutcome Run(TaskContext task, ITaskObserver observer, CancellationToken stop)
    {
        TaskOutcome End(TaskEnd end, string reason)
        {
            task.Log.WriteLine($"amls: {reason}");
            return new TaskOutcome(end, reason, NoMetrics);
        }

        try
        {
            if (!task.Processes.Allowed)
                return End(TaskEnd.Failed, $"node '{task.Node}' runs no processes: amls.worker.allow-process is false there");
            if (!OperatingSystem.IsLinux()) return End(TaskEnd.Failed, $"node '{task.Node}' runs no processes: that needs Linux");
            if (Validate(task.Run) is { Count: > 0 } problems) return End(TaskEnd.Failed, string.Join("; ", problems));
            if (task.ResumeFrom is { } source && Damage(source) is { } damage)
                return End(TaskEnd.CheckpointUnusable, $"cannot resume from step {source.Step} in {source.Path}: {damage}");
            if (stop.IsCancellationRequested) return End(TaskEnd.Stopped, "asked to stop");
            using var run = new ProcessRun(task, observer, stop);
            return run.Run();
        }
        catch (Exception error) when (error is WorkloadException or IOException or UnauthorizedAccessException)
        {
            return End(TaskEnd.Failed, error.Message);
        }
        catch (Exception error)
        {
            // A bug or a broken machine. The process runs other jobs' tasks too, so it ends this task only; the log has the trace.
            task.Log.WriteLine(error);
            return End(TaskEnd.Failed, $"process broke off: {error.GetType().Name}: {error.Message}; the task's log has more");
        }
    }

    private static string? Damage(CheckpointSource source)
    {
        try
        {
            using var file = File.OpenRead(source.Path);
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
            return string.Equals(sha256, source.Sha256, StringComparison.OrdinalIgnoreCase)
                ? null
                : $"its SHA-256 is {sha256}, recorded was {source.Sha256}: the file was changed or damaged";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return error.Message;
        }
    }
}
