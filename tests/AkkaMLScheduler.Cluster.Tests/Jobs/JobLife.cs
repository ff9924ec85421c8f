using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Tests.Jobs;

/// <summary>A job driven by hand: commands in, events applied, the last decision kept.</summary>
internal sealed class JobLife
{
    public static readonly JobId Id = new("job-1");
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public JobState Job { get; private set; } = JobState.Unknown(Id);

    public DateTimeOffset Now { get; private set; } = Start;

    public List<IJobEvent> Events { get; } = [];

    public Decision Last { get; private set; } = Decision.Nothing;

    public static JobSpec Spec(int tasks = 1, int retries = 2) => new(
        "job", 0, tasks, new ResourceSpec(1000, 1, 0), new RunSpec("sleep", new Dictionary<string, string>()), [],
        new RetrySpec(retries, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)), new CheckpointSpec(5, 2), new Dictionary<string, string>());

    public static JobLife Submitted(int tasks = 1, int retries = 2) => new JobLife().Do(new JobCommands.Submit(Id, Spec(tasks, retries), "ada"));

    /// <summary>An attempt on one node per rank, with every rank running.</summary>
    public static JobLife Running(int tasks = 1, int retries = 2) => Submitted(tasks, retries).Place().Run();

    public JobLife Do(IJobCommand command)
    {
        Now += TimeSpan.FromSeconds(1);
        return Take(Job.Decide(command, Now));
    }

    /// <param name="ranks">Null: as many as the spec says.</param>
    public JobLife Place(int? ranks = null) => Do(new Dispatch.StartAttempt(
        Id, Job.Attempt, [.. Enumerable.Range(0, ranks ?? Job.Spec!.Tasks).Select(rank => new TaskPlacement(rank, $"node-{rank}", "life-1", []))]));

    public JobLife Run() => Take(Job.AllTasksRun(Now));

    public JobLife End(int rank, TaskEnd end, int? attempt = null, string reason = "") =>
        Do(new WorkerReports.TaskEnded(Id, attempt ?? Job.Attempt, rank, end, reason, new Dictionary<string, double>()));

    public JobLife Checkpoint(int rank, long step, int? attempt = null)
    {
        var number = attempt ?? Job.Attempt;
        return Do(new WorkerReports.SaveCheckpoint(Id, number, rank, step, $"/{number}/{rank}/{step}", "hash", 1, new Dictionary<string, double>()));
    }

    private JobLife Take(Decision decision)
    {
        Last = decision;
        foreach (var e in decision.Events)
        {
            Events.Add(e);
            Job = Job.Apply(e);
        }

        return this;
    }
}
