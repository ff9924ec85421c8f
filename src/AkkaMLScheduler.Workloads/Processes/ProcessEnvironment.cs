using System.Collections;
using System.Globalization;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// The environment of a task's process: the worker's own without its settings, what the job asks for, and what tells the process who it is.
/// The names are torchrun's where there are such. A task sees its own GPUs only and counts them from 0, so it is a node of its
/// own to torchrun's eyes: <c>LOCAL_RANK</c> is 0, and a script that takes the GPU of that number takes its own.
/// </summary>
internal static class ProcessEnvironment
{
    /// <summary>Begins the names of this project's variables, and of what a worker may be configured by.</summary>
    private const string OwnPrefix = "AMLS_";

    private static readonly string[] Reserved =
    [
        "MASTER_ADDR", "MASTER_PORT", "RANK", "LOCAL_RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE", "NODE_RANK", "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER",
    ];

    public static bool IsReserved(string name) => name.StartsWith(OwnPrefix, StringComparison.Ordinal) || Reserved.Contains(name);

    /// <exception cref="WorkloadException">Two inputs would share a variable.</exception>
    public static Dictionary<string, string> Of(TaskContext task, ProcessSpec spec)
    {
        var variables = Inherited();
        foreach (var (name, value) in OfCpu(task)) variables[name] = value;
        foreach (var (name, value) in spec.Environment) variables[name] = value;
        foreach (var (name, value) in OfGang(task).Concat(OfTask(task)).Concat(OfGpus(task))) variables[name] = value;
        foreach (var input in task.Inputs)
        {
            if (!variables.TryAdd(NameOf(input), string.Join('\n', input.Files.Select(file => file.Path))))
                throw new WorkloadException($"two inputs share the variable {NameOf(input)}; one of them needs another name");
        }

        return variables;
    }

    private static Dictionary<string, string> Inherited()
    {
        var inherited = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (!IsReserved((string)variable.Key)) inherited[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return inherited;
    }

    /// <summary>Numeric libraries start a thread for each core of the machine unless told otherwise; a job may tell them something else.</summary>
    private static IEnumerable<(string, string)> OfCpu(TaskContext task) => task.Resources is { } resources
        ? [("OMP_NUM_THREADS", Text(Math.Max(1, resources.MilliCpu / 1000)))]
        : [];

    private static IEnumerable<(string, string)> OfGang(TaskContext task)
    {
        yield return ("RANK", Text(task.Rank));
        yield return ("WORLD_SIZE", Text(task.WorldSize));
        yield return ("NODE_RANK", Text(task.Rank));
        yield return ("LOCAL_RANK", "0");
        yield return ("LOCAL_WORLD_SIZE", "1");
        if (task.GangEndpoints is not [var first, ..]) yield break;
        var port = first.LastIndexOf(':');
        yield return ("MASTER_ADDR", first[..port].Trim('[', ']'));
        yield return ("MASTER_PORT", first[(port + 1)..]);
    }

    private static IEnumerable<(string, string)> OfTask(TaskContext task)
    {
        yield return ("AMLS_JOB_ID", task.Job.Value);
        yield return ("AMLS_ATTEMPT", Text(task.Attempt));
        yield return ("AMLS_NODE", task.Node);
        yield return ("AMLS_CHECKPOINT_DIR", Path.GetFullPath(task.CheckpointDirectory));
        yield return ("AMLS_CHECKPOINT_EVERY", Text(task.Checkpoint.Every));
        if (task.ResumeFrom is not { } source) yield break;
        yield return ("AMLS_RESUME_FROM", source.Path);
        yield return ("AMLS_RESUME_STEP", Text(source.Step));
    }

    private static IEnumerable<(string, string)> OfGpus(TaskContext task)
    {
        if (task.Gpus.Count == 0 && !task.Processes.HidesGpus) yield break;
        yield return ("CUDA_VISIBLE_DEVICES", string.Join(',', task.Gpus));

        // CUDA's own order is by speed; the indices are those of nvidia-smi, which go by the bus.
        yield return ("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    }

    /// <summary><c>corpus-v2@3</c> becomes <c>AMLS_DATASET_CORPUS_V2</c>.</summary>
    private static string NameOf(DatasetInput input)
    {
        var name = input.Reference.Split('@')[0].ToUpperInvariant();
        return "AMLS_DATASET_" + new string([.. name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')]);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
