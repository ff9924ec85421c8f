using System.Text.Json.Nodes;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class JobSchemas
{
    private static readonly JsonObject Schema = JobSchema.Of(WorkloadRegistry.Default);

    [Fact]
    public void Every_key_stands_in_it_with_what_it_means()
    {
        foreach (var (section, keys) in JobSpecKeys.Sections)
        {
            var properties = (section == JobSpecKeys.Job ? Schema : Schema["properties"]![section]!)["properties"]!;
            Assert.Equal(keys.Select(key => key.Name), properties.AsObject().Select(property => property.Key));
            if (section != JobSpecKeys.Run) Assert.All(keys, key => Assert.Equal(key.Doc, properties[key.Name]!["description"]!.GetValue<string>()));
        }
    }

    [Fact]
    public void Unknown_keys_and_absent_ones_are_told()
    {
        Assert.False(Schema["additionalProperties"]!.GetValue<bool>());
        Assert.Equal(["name", "run"], Schema["required"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.False(Schema["properties"]!["retry"]!["additionalProperties"]!.GetValue<bool>());
    }

    [Fact]
    public void Each_type_has_its_own_parameters_with_their_limits_and_defaults()
    {
        foreach (var workload in WorkloadRegistry.Default.All)
        {
            var parameters = ParametersOf(workload.Type);
            Assert.Equal(workload.Parameters.Select(parameter => parameter.Name).Prepend("type"), parameters.Select(property => property.Key));
        }

        Assert.Equal((1, 65_536, 16), Limits(ParametersOf("torch")["batch"]!));
        Assert.Equal(["argv"], ThenOf("process")["required"]!.AsArray().Select(name => name!.GetValue<string>()));
    }

    /// <summary>The reader falls back to what the tables say, so that what users are told is what happens.</summary>
    [Fact]
    public void Defaults_are_those_of_the_reader()
    {
        var spec = JobSpecReader.Read("name: x\nrun: { type: sleep }");

        Assert.Equal(spec.Tasks, Default("job", "tasks"));
        Assert.Equal(spec.Retry.Max, Default("retry", "max"));
        Assert.Equal(spec.Checkpoint, new CheckpointSpec(Default("checkpoint", "every"), (int)Default("checkpoint", "keep")));
    }

    private static long Default(string section, string key) =>
        (section == "job" ? Schema : Schema["properties"]![section]!)["properties"]![key]!["default"]!.GetValue<long>();

    private static (long, long, long) Limits(JsonNode value) =>
        (value["minimum"]!.GetValue<long>(), value["maximum"]!.GetValue<long>(), value["default"]!.GetValue<long>());

    private static JsonObject ParametersOf(string type) => ThenOf(type)["properties"]!.AsObject();

    private static JsonNode ThenOf(string type) => Schema["properties"]!["run"]!["allOf"]!.AsArray()
        .Single(one => one!["if"]!["properties"]!["type"]!["const"]!.GetValue<string>() == type)!["then"]!;
}
