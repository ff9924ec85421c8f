using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Checkpoints;
using AkkaMLScheduler.Workloads.Gangs;
using AkkaMLScheduler.Workloads.Parameters;

namespace AkkaMLScheduler.Workloads.Stepping;

/// <summary>A workload made of steps: reads its parameters, starts its task, and turns whatever happens into an outcome.</summary>
internal abstract class SteppedWorkload : IWorkload
{
    private static readonly Dictionary<string, double> NoMetrics = [];

    public abstract string Type { get; }

    public abstract IReadOnlyList<ParameterSpec> Parameters { get; }

    public virtual IReadOnlyDictionary<string, string> Software => RunningSoftware.Own;

    public IReadOnlyList<string> Validate(RunSpec run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var parameters = RunParameters.Read(Parameters, run, out var problems);
        return problems.Count > 0 ? problems : [.. Check(parameters)];
    }

    public Task<TaskOutcome> RunAsync(TaskContext task, ITaskObserver observer, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(observer);
        return Task.FromResult(Run(task, observer, stop));
    }

    /// <summary>What is wrong with parameters that are each right by themselves.</summary>
    protected virtual IEnumerable<string> Check(RunParameters parameters) => [];

    /// <summary>Reads the inputs and makes the state before the first step.</summary>
    /// <exception cref="WorkloadException">It cannot.</exception>
    protected abstract SteppedTask Start(TaskContext task, RunParameters parameters, CancellationToken stop);

    private TaskOutcome Run(TaskContext task, ITaskObserver observer, CancellationToken stop)
    {
        SteppedTask? work = null;
        TaskOutcome End(TaskEnd end, string reason) => new(end, reason, work?.Metrics ?? NoMetrics);
        try
        {
            if (Validate(task.Run) is { Count: > 0 } problems)
                throw new WorkloadException(string.Join("; ", problems));
            CheckGang(task);
            work = Start(task, RunParameters.Read(Parameters, task.Run, out _), stop);
            return new SteppedRun(Type, task, observer, work).Run(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return End(TaskEnd.Stopped, "asked to stop");
        }
        catch (GangBrokenException broken)
        {
            task.Log.WriteLine(broken.Message);
            return stop.IsCancellationRequested
                ? End(TaskEnd.Stopped, $"asked to stop; the gang was already broken: {broken.Message}")
                : End(TaskEnd.PeerLost, broken.Message);
        }
        catch (CheckpointUnusableException unusable)
        {
            task.Log.WriteLine(unusable.Message);
            return End(TaskEnd.CheckpointUnusable, unusable.Message);
        }
        catch (Exception error) when (error is WorkloadException or Catalog.CatalogException)
        {
            task.Log.WriteLine(error.Message);
            return End(TaskEnd.Failed, error.Message);
        }
        catch (Exception error)
        {
            // A bug or a broken machine. The process runs other jobs' tasks too, so it ends this task only; the log has the trace.
            task.Log.WriteLine(error);
            var summary = $"{error.GetType().Name}: {error.Message.Split('\n')[0].TrimEnd()}";
            return End(TaskEnd.Failed, $"{Type} broke off: {summary}; the task's log has more");
        }
        finally
        {
            work?.Dispose();
            task.Log.Flush();
        }
    }

    private static void CheckGang(TaskContext task)
    {
        if (task.WorldSize < 1 || task.Rank < 0 || task.Rank >= task.WorldSize)
            throw new WorkloadException($"rank {task.Rank} of {task.WorldSize} is no place in a gang");
    }
}
