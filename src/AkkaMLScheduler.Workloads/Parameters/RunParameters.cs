using System.Globalization;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Parameters;

/// <summary>The parameters of one run, each checked against its specification, absent ones at their defaults.</summary>
internal sealed class RunParameters
{
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);
    private readonly RunSpec _run;

    private RunParameters(RunSpec run) => _run = run;

    /// <summary>Reads every parameter; when <paramref name="problems"/> is not empty the result must not be used.</summary>
    public static RunParameters Read(IReadOnlyList<ParameterSpec> specs, RunSpec run, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        var parameters = new RunParameters(run);
        var names = specs.Select(spec => spec.Name).ToList();
        foreach (var key in run.With.Keys.Where(key => !names.Contains(key)).Order(StringComparer.Ordinal))
        {
            var hint = Suggestion.For(key, names);
            found.Add($"run.{key} is not a parameter of '{run.Type}'{(hint.Length > 0 ? hint : $"; it knows {string.Join(", ", names)}")}");
        }

        foreach (var spec in specs)
        {
            var text = run.With.GetValueOrDefault(spec.Name, spec.Default);
            if (Problem(spec, text, out var value) is { } problem)
                found.Add(problem);
            else
                parameters._values[spec.Name] = value;
        }

        problems = found;
        return parameters;
    }

    /// <summary>Whether the run sets it, rather than leaving it at its default.</summary>
    public bool IsGiven(string name) => _run.With.ContainsKey(name);

    public int Int(string name) => checked((int)Long(name));

    public long Long(string name) => (long)_values[name];

    public double Float(string name) => (double)_values[name];

    public string Text(string name) => (string)_values[name];

    public TimeSpan Duration(string name) => (TimeSpan)_values[name];

    public IReadOnlyList<string> List(string name) => (IReadOnlyList<string>)_values[name];

    public IReadOnlyDictionary<string, string> Map(string name) => (IReadOnlyDictionary<string, string>)_values[name];

    /// <summary>Every value as text, for a checkpoint's identity.</summary>
    public string Canonical(string name) => Convert.ToString(_values[name], CultureInfo.InvariantCulture)!;

    private static string? Problem(ParameterSpec spec, string text, out object value)
    {
        value = text;
        switch (spec.Kind)
        {
            case "int":
                if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
                    return $"run.{spec.Name} must be a whole number, not '{text}'";
                value = whole;
                return OutOfRange(spec, whole, text);
            case "float":
                if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
                    return $"run.{spec.Name} must be a number, not '{text}'";
                value = number;
                return OutOfRange(spec, number, text);
            case "duration":
                if (!Quantity.TryDuration(text, out var duration))
                    return $"run.{spec.Name} must be a duration such as 250ms, 30s, 5m or 2h, not '{text}'";
                value = duration;
                return OutOfRange(spec, duration.TotalSeconds, text);
            case "list":
                if (!ParameterText.TryList(text, out var list))
                    return $"run.{spec.Name} must be a list such as [\"a\", \"b\"], not '{text}'";
                value = list;
                return OutOfRange(spec, list.Count, string.Create(CultureInfo.InvariantCulture, $"{list.Count}"));
            case "map":
                if (!ParameterText.TryMap(text, out var map))
                    return $"run.{spec.Name} must be a map such as {{ KEY: value }}, not '{text}'";
                value = map;
                return OutOfRange(spec, map.Count, string.Create(CultureInfo.InvariantCulture, $"{map.Count}"));
            case "string":
                return null;
            default:
                throw new InvalidOperationException($"parameter {spec.Name} has the unknown kind '{spec.Kind}'");
        }
    }

    private static string? OutOfRange(ParameterSpec spec, double value, string text)
    {
        if (value >= spec.Minimum && value <= spec.Maximum)
            return null;
        if (spec.Kind is "list" or "map")
            return string.Create(CultureInfo.InvariantCulture, $"run.{spec.Name} must have {spec.Minimum} to {spec.Maximum} entries, not {text}");
        var unit = spec.Kind == "duration" ? " seconds" : "";
        return string.Create(
            CultureInfo.InvariantCulture, $"run.{spec.Name} must be from {spec.Minimum} to {spec.Maximum}{unit}, not {text}");
    }
}
