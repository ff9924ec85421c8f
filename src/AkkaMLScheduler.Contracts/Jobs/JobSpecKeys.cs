namespace AkkaMLScheduler.Contracts;

/// <summary>Every key of a job file but those of its workload: what the reader takes, what it falls back to, and what users are told of it.</summary>
public static class JobSpecKeys
{
    /// <summary>The section of the workload; its other keys are the workload's own.</summary>
    public const string Run = "run";

    /// <summary>The name under which the keys of the job itself stand.</summary>
    public const string Job = "job";

    /// <summary>The keys of the job, and those of each section.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<ParameterSpec>> Sections { get; } = new Dictionary<string, IReadOnlyList<ParameterSpec>>
    {
        [Job] =
        [
            new("name", "string", "", "A label for people; need not be unique.") { Required = true },
            new("queue", "string", JobSpec.DefaultQueue, "The leaf of the share tree it is charged to, such as research/vision; whose share it uses under drf."),
            new("priority", "int", "0", "Higher goes first and may preempt lower.") { Minimum = -1000, Maximum = 1000 },
            new("tasks", "tasks", "1", "Ranks of the gang, all placed together or none; or MIN..MAX, such as 2..8: as many as there is room for.") { Minimum = 1, Maximum = JobSpec.MaxTasks },
            new("resources", "section", "", "What each task needs."),
            new(Run, "section", "", "What each task runs.") { Required = true },
            new("inputs", "list", "", "Datasets read, as name, name@version or name@tag; pinned to a version when the job is accepted.") { Maximum = JobSpecReader.MaxInputs },
            new("retry", "section", "", "How often a job that failed by itself is tried again. Attempts lost with a node or preempted do not count."),
            new("checkpoint", "section", "", "When a task saves, and what is kept."),
            new("estimate", "duration", "", "How long an attempt is thought to run: what backfilling and expected starts go by. Without it: timeLimit, else unknown."),
            new("timeLimit", "duration", "", "An attempt that runs for longer is stopped, and the job has failed. Without it: no limit."),
            new("after", "list", "", "Jobs that must be over first, by their ids: ID or ok:ID must have succeeded, any:ID may end as it will.") { Maximum = JobSpec.MaxDependencies },
            new("hold", "bool", "false", "The job waits until it is resumed (amls resume)."),
            new("notify", "list", "", "Addresses that are told by HTTP POST when the job has ended; amls.notify.allow says which are possible.") { Maximum = JobSpec.MaxNotify },
            new("labels", "map", "", "Names and values for people."),
            new("env", "map", "", "Environment variables of the program; for run.type process only, the same as run.env."),
        ],
        ["resources"] =
        [
            new("cpu", "cpu", "1", "Cores, such as 2, 0.5 or 500m."),
            new("memory", "memory", "256MiB", "Bytes, such as 512MiB or 2GiB."),
            new("gpu", "int", "0", "Whole GPUs.") { Minimum = 0, Maximum = 1024 },
            new("gpuModel", "string", "", "The model of the GPUs; alternatives with |, such as H100|A100."),
            new("nodeLabels", "map", "", "Labels that the node must carry; alternatives with |."),
        ],
        [Run] = [new("type", "string", "", "The workload. Its own parameters stand beside it.") { Required = true }],
        ["retry"] =
        [
            new("max", "int", "3", "Tries after the first.") { Minimum = 0, Maximum = 100 },
            new("backoff", "duration", "1s", "Wait before the first of them; doubled each time, and up to a quarter more."),
            new("maxBackoff", "duration", "5m", "The wait is doubled up to this."),
        ],
        ["checkpoint"] =
        [
            new("every", "int", "100", "Steps from one checkpoint to the next.") { Minimum = 1, Maximum = long.MaxValue },
            new("keep", "int", "2", "How many of the newest are kept.") { Minimum = 2, Maximum = 1000 },
            new("best", "string", "", "Keeps the best of each attempt too, by a metric of its steps: min loss or max accuracy."),
        ],
    };

    /// <exception cref="KeyNotFoundException">There is no such section or key.</exception>
    public static ParameterSpec Find(string section, string key) =>
        Sections[section].FirstOrDefault(spec => spec.Name == key) ?? throw new KeyNotFoundException($"'{section}' has no key '{key}'");
}
