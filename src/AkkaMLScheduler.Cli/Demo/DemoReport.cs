using System.Text.Json.Serialization;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cli.Demo;

/// <summary>What the demo found at its end.</summary>
/// <param name="Ok">Every check passed; the exit code is 0 only then.</param>
/// <param name="Continued">The data folder held an earlier run, which this one finished.</param>
public sealed record DemoReport(
    bool Ok, bool Continued, double Seconds, string DataDir, string Database, IReadOnlyList<DatasetView> Datasets, IReadOnlyList<JobView> Jobs,
    IReadOnlyList<DemoCheck> Checks);

/// <summary>One thing that had to be so.</summary>
/// <param name="Found">What was found, with the figures.</param>
public sealed record DemoCheck(string Name, bool Ok, string Found);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(DemoReport))]
internal sealed partial class DemoJson : JsonSerializerContext;
