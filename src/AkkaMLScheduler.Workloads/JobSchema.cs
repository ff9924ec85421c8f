using System.Globalization;
using System.Text.Json.Nodes;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads;

/// <summary>What a job file may hold, as a JSON Schema by which editors complete and check it.</summary>
public static class JobSchema
{
    private const string Dialect = "https://json-schema.org/draft/2020-12/schema";
    private const string Number = "[0-9]+(\\.[0-9]+)?";

    /// <param name="workloads">Whose parameters <c>run</c> takes.</param>
    public static JsonObject Of(WorkloadRegistry workloads)
    {
        var schema = new JsonObject { ["$schema"] = Dialect, ["title"] = "AkkaMLScheduler job" };
        foreach (var (name, value) in Section(JobSpecKeys.Sections[JobSpecKeys.Job], workloads)) schema.Add(name, value?.DeepClone());
        return schema;
    }

    private static JsonObject Section(IReadOnlyList<ParameterSpec> keys, WorkloadRegistry workloads)
    {
        var properties = new JsonObject();
        foreach (var key in keys)
        {
            var value = key.Kind != "section" ? Value(key) : key.Name == JobSpecKeys.Run ? Run(workloads) : Section(JobSpecKeys.Sections[key.Name], workloads);
            value.Insert(0, "description", key.Doc);
            properties.Add(key.Name, value);
        }

        return Closed(properties, keys);
    }

    /// <summary>Which parameters there are follows from the type.</summary>
    private static JsonObject Run(WorkloadRegistry workloads)
    {
        var cases = new JsonArray();
        foreach (var workload in workloads.All)
        {
            var properties = new JsonObject { ["type"] = true };
            foreach (var parameter in workload.Parameters)
            {
                var value = Value(parameter);
                value.Insert(0, "description", parameter.Doc);
                properties.Add(parameter.Name, value);
            }

            cases.Add(new JsonObject
            {
                ["if"] = new JsonObject { ["properties"] = new JsonObject { ["type"] = new JsonObject { ["const"] = workload.Type } } },
                ["then"] = Closed(properties, workload.Parameters),
            });
        }

        return new JsonObject
        {
            ["type"] = "object",
            ["required"] = new JsonArray("type"),
            ["properties"] = new JsonObject { ["type"] = new JsonObject { ["enum"] = new JsonArray([.. workloads.All.Select(workload => (JsonNode)workload.Type)]) } },
            ["allOf"] = cases,
        };
    }

    private static JsonObject Closed(JsonObject properties, IReadOnlyList<ParameterSpec> keys)
    {
        var closed = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (keys.Any(key => key.Required)) closed.Add("required", new JsonArray([.. keys.Where(key => key.Required).Select(key => (JsonNode)key.Name)]));
        return closed;
    }

    private static JsonObject Value(ParameterSpec key)
    {
        var value = key.Kind switch
        {
            "int" => Range(new JsonObject { ["type"] = "integer" }, key, "minimum", "maximum"),
            "float" => Range(new JsonObject { ["type"] = "number" }, key, "minimum", "maximum"),
            "tasks" => new JsonObject { ["type"] = new JsonArray("integer", "string"), ["minimum"] = Json(key.Minimum), ["maximum"] = Json(key.Maximum), ["pattern"] = "^[0-9]+(\\.\\.[0-9]+)?$" },
            "bool" => new JsonObject { ["type"] = "boolean" },
            "string" => new JsonObject { ["type"] = Scalar() },
            "duration" => Pattern("string", "(ms|s|m|h)"),
            "cpu" => Pattern("number", "m?"),
            "memory" => Pattern("integer", "(B|KiB|MiB|GiB|TiB)?"),
            "list" => Range(new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = Scalar() } }, key, "minItems", "maxItems"),
            "map" => Range(new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = Scalar() } }, key, "minProperties", "maxProperties"),
            _ => throw new InvalidOperationException($"key {key.Name} has the unknown kind '{key.Kind}'"),
        };
        if (Default(key) is { } fallback) value.Add("default", fallback);
        return value;
    }

    /// <summary>YAML writes all three without quotes; the reader takes them as text.</summary>
    private static JsonArray Scalar() => new("string", "number", "boolean");

    private static JsonObject Pattern(string other, string unit) => new()
    {
        ["type"] = other == "string" ? other : new JsonArray("string", other),
        ["pattern"] = $"^{Number}{unit}$",
    };

    private static JsonObject Range(JsonObject value, ParameterSpec key, string minimum, string maximum)
    {
        if (double.IsFinite(key.Minimum)) value.Add(minimum, Json(key.Minimum));
        if (double.IsFinite(key.Maximum)) value.Add(maximum, Json(key.Maximum));
        return value;
    }

    private static JsonNode? Default(ParameterSpec key) => key.Kind switch
    {
        _ when key.Default.Length == 0 => null,
        "int" or "tasks" => long.Parse(key.Default, CultureInfo.InvariantCulture),
        "float" => double.Parse(key.Default, CultureInfo.InvariantCulture),
        "bool" => bool.Parse(key.Default),
        "list" or "map" => JsonNode.Parse(key.Default),
        _ => key.Default,
    };

    /// <summary>Whole numbers as such: 1, not 1.0 or 1E+18.</summary>
    private static JsonNode Json(double number) => Math.Floor(number) == number ? JsonValue.Create((long)number) : JsonValue.Create(number);
}
