using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>What a job file may hold, from the same tables that its reader and the workloads go by.</summary>
internal static class ExplainSchemaVerb
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Argument<string> Path = new("path")
    {
        Description = "job, or a part of it, such as job.retry, job.run or job.run.torch.",
    };

    private static readonly Option<OutputFormat> Output = new("--output", "-o") { Description = "table, or json: a JSON Schema for editors, of the whole job." };

    public static Command Create()
    {
        var explain = new Command("explain-schema", "Every key of a job file: its kind, default and meaning. Asks no cluster.") { Path, Output };
        explain.SetAction(parse =>
        {
            var path = parse.GetValue(Path)!;
            var keys = Under(path);
            if (parse.GetValue(Output) == OutputFormat.Json)
            {
                if (path != JobSpecKeys.Job) throw new UserError($"the JSON Schema is of a whole job: amls explain-schema {JobSpecKeys.Job} -o json");
                Console.WriteLine(JobSchema.Of(WorkloadRegistry.Default).ToJsonString(Indented));
                return ExitCodes.Success;
            }

            Tables.Console.Write(Tables.Keys(keys));
            return ExitCodes.Success;
        });
        return explain;
    }

    /// <exception cref="UserError">There is nothing of that name.</exception>
    private static List<(string Path, ParameterSpec Spec)> Under(string path)
    {
        var all = All().ToList();
        var found = all.Where(key => key.Path == path || key.Path.StartsWith(path + ".", StringComparison.Ordinal)).ToList();
        return found.Count > 0
            ? found
            : throw new UserError($"there is no '{path}'{Suggestion.For(path, all.Select(key => key.Path).Concat(Types()))} 'amls explain-schema job' lists all");
    }

    private static IEnumerable<(string Path, ParameterSpec Spec)> All()
    {
        foreach (var key in JobSpecKeys.Sections[JobSpecKeys.Job])
        {
            yield return ($"{JobSpecKeys.Job}.{key.Name}", key);
            if (key.Kind != "section") continue;
            foreach (var inner in JobSpecKeys.Sections[key.Name]) yield return ($"{JobSpecKeys.Job}.{key.Name}.{inner.Name}", inner);
            if (key.Name != JobSpecKeys.Run) continue;
            foreach (var workload in WorkloadRegistry.Default.All)
                foreach (var parameter in workload.Parameters)
                    yield return ($"{TypePath(workload)}.{parameter.Name}", parameter);
        }
    }

    private static IEnumerable<string> Types() => WorkloadRegistry.Default.All.Select(TypePath);

    private static string TypePath(IWorkload workload) => $"{JobSpecKeys.Job}.{JobSpecKeys.Run}.{workload.Type}";
}
