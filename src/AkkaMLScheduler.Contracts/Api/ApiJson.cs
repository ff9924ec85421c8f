using System.Text.Json.Serialization;

namespace AkkaMLScheduler.Contracts.Api;

/// <summary>How the HTTP API writes its answers; shared by the server and by clients, and usable without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<JobView>))]
[JsonSerializable(typeof(JobDetail))]
[JsonSerializable(typeof(IReadOnlyList<MetricPointView>))]
[JsonSerializable(typeof(IReadOnlyList<NodeView>))]
[JsonSerializable(typeof(IReadOnlyList<DatasetView>))]
[JsonSerializable(typeof(IReadOnlyList<PipelineView>))]
[JsonSerializable(typeof(AppliedView))]
[JsonSerializable(typeof(SubmissionView))]
[JsonSerializable(typeof(SchedulerReplies.Explained))]
[JsonSerializable(typeof(SchedulerReplies.NodeSet))]
[JsonSerializable(typeof(ClusterView))]
[JsonSerializable(typeof(MemberView))]
[JsonSerializable(typeof(LeaderView))]
[JsonSerializable(typeof(ActorSystemView))]
[JsonSerializable(typeof(RegionsView))]
[JsonSerializable(typeof(RegionStatsView))]
[JsonSerializable(typeof(HierarchyView))]
[JsonSerializable(typeof(OperatorReplies.Done))]
[JsonSerializable(typeof(Problem))]
public sealed partial class ApiJson : JsonSerializerContext;

/// <summary>An error as RFC 9457 writes it; <paramref name="Detail"/> says what was wrong and what to do.</summary>
public sealed record Problem(string? Title, string? Detail, int? Status);
