using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads;

/// <summary>
/// Something that a task can run. Implementations keep no state between runs and may run many times at once in one process.
/// </summary>
public interface IWorkload
{
    /// <summary>The name a job file uses: <c>run: { type: … }</c>.</summary>
    string Type { get; }

    /// <summary>Every parameter the workload knows. Any other key is an error.</summary>
    IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>What its results depend on beside its parameters and inputs, by name and version: kept in the job's record.</summary>
    IReadOnlyDictionary<string, string> Software => RunningSoftware.Own;

    /// <summary>What is wrong with these parameters, one sentence each; empty when the workload can run with them.</summary>
    IReadOnlyList<string> Validate(RunSpec run);

    /// <summary>
    /// Runs the task to its end on the calling thread, which it may block throughout: give it a thread of its own.
    /// Never throws for anything the task, its parameters, its data or its peers do: the outcome says what happened.
    /// </summary>
    /// <param name="task">What to run, where to resume and where to save.</param>
    /// <param name="observer">Told of progress and checkpoints, on the calling thread.</param>
    /// <param name="stop">Asks the task to save and end; it then returns <see cref="TaskEnd.Stopped"/> after at most one more step.</param>
    Task<TaskOutcome> RunAsync(TaskContext task, ITaskObserver observer, CancellationToken stop);
}
