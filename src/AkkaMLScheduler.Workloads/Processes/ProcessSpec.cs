using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Parameters;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>The program that a job runs, as its file says under <c>run:</c>.</summary>
/// <param name="Arguments">The program and its arguments. No shell looks at them.</param>
/// <param name="Environment">Variables beside those that the worker sets.</param>
/// <param name="Folder">The working folder; empty for the task's own, and relative to that.</param>
internal sealed record ProcessSpec(IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment, string Folder)
{
    // The system's own limits are wider: 128 KiB for one, 2 MiB for all. The job spec as a whole is smaller than either.
    private const int MostArguments = 1000;
    private const int MostVariables = 200;

    public static IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new("argv", "list", "[]", "The program and its arguments, one entry each; no shell looks at them.")
        {
            Minimum = 1,
            Maximum = MostArguments,
            Required = true,
        },
        new("env", "map", "{}", "Environment variables for the program, beside those that the worker sets.") { Minimum = 0, Maximum = MostVariables },
        new("workingDir", "string", "", "The folder that the program starts in; by default one of the task's own."),
    ];

    public static ProcessSpec Read(RunSpec run)
    {
        var parameters = RunParameters.Read(Parameters, run, out var problems);
        return problems.Count == 0
            ? new ProcessSpec(parameters.List("argv"), parameters.Map("env"), parameters.Text("workingDir"))
            : throw new WorkloadException(string.Join("; ", problems));
    }

    /// <summary>What is wrong with parameters, one sentence each.</summary>
    public static IReadOnlyList<string> Problems(RunSpec run)
    {
        if (!run.With.ContainsKey("argv")) return [$"run.argv is missing; it is the program and its arguments, such as [\"python3\", \"train.py\"]"];
        var parameters = RunParameters.Read(Parameters, run, out var problems);
        return problems.Count > 0 ? problems : [.. Check(parameters)];
    }

    private static IEnumerable<string> Check(RunParameters parameters)
    {
        if (parameters.List("argv")[0].Length == 0) yield return "run.argv begins with an empty word; it must name a program";
        if (parameters.List("argv").Any(HasNul) || parameters.Map("env").Values.Any(HasNul) || HasNul(parameters.Text("workingDir")))
            yield return "run holds a NUL character";
        foreach (var name in parameters.Map("env").Keys)
        {
            if (!IsName(name)) yield return $"run.env has '{name}'; a name is letters, digits and '_', and does not begin with a digit";
            else if (ProcessEnvironment.IsReserved(name)) yield return $"run.env sets {name}, which the worker sets itself";
        }
    }

    private static bool HasNul(string text) => text.Contains('\0');

    private static bool IsName(string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]);
}
