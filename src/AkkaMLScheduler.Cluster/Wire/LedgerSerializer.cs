using System.Text.Json.Serialization;
using Akka.Actor;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Contracts.Wire;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Wire;

/// <summary>The wire format of the scheduler's journal, and of its and the jobs' snapshots. Extend only, as <see cref="ContractsSerializer"/>.</summary>
public sealed class LedgerSerializer(ExtendedActorSystem system) : JsonWireSerializer(system, SerializerId, Types)
{
    public const int SerializerId = 1002;

    public static IReadOnlyList<WireType> Types { get; } =
    [
        Of<LedgerEntry>("ledger-entry-1"),
        Of<SchedulerSnapshot>("ledger-snapshot-1"),
        Of<JobState>("job-snapshot-1"),
    ];

    private static WireType Of<T>(string manifest) => new(manifest, typeof(T), LedgerJson.Default);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    IgnoreReadOnlyProperties = true)]
[JsonSerializable(typeof(LedgerEntry))]
[JsonSerializable(typeof(SchedulerSnapshot))]
[JsonSerializable(typeof(JobState))]
internal sealed partial class LedgerJson : JsonSerializerContext;
