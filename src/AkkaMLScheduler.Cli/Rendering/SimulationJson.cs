using System.Text.Json.Serialization;
using AkkaMLScheduler.Simulator;

namespace AkkaMLScheduler.Cli.Rendering;

[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(SimulationMetrics))]
internal sealed partial class SimulationJson : JsonSerializerContext;
