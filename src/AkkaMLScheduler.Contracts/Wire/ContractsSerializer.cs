using System.Text.Json.Serialization;
using Akka.Actor;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Contracts.Wire;

/// <summary>
/// The wire format of every message and event in this assembly. A manifest is never given another meaning: a changed shape that an
/// older reader cannot take gets a new number, and the old one stays readable.
/// </summary>
public sealed class ContractsSerializer(ExtendedActorSystem system) : JsonWireSerializer(system, SerializerId, Types)
{
    /// <summary>Stored in journals beside the manifest; 0 to 999 are left to others.</summary>
    public const int SerializerId = 1001;

    public static IReadOnlyList<WireType> Types { get; } =
    [
        Of<JobCommands.Submit>("job-submit-1"),
        Of<JobCommands.Cancel>("job-cancel-1"),
        Of<JobReplies.Accepted>("job-accepted-1"),
        Of<JobReplies.Refused>("job-refused-1"),
        Of<JobEvents.Submitted>("ev-submitted-1"),
        Of<JobEvents.AttemptStarted>("ev-attempt-started-1"),
        Of<JobEvents.AttemptRunning>("ev-attempt-running-1"),
        Of<JobEvents.CheckpointSaved>("ev-checkpoint-1"),
        Of<JobEvents.TaskEnded>("ev-task-ended-1"),
        Of<JobEvents.PreemptionRequested>("ev-preempt-1"),
        Of<JobEvents.CancellationRequested>("ev-cancel-1"),
        Of<JobEvents.AttemptEnded>("ev-attempt-ended-1"),
        Of<JobEvents.Requeued>("ev-requeued-1"),
        Of<JobEvents.Ended>("ev-ended-1"),
        Of<Dispatch.Enqueue>("di-enqueue-1"),
        Of<Dispatch.Checkpointed>("di-checkpointed-1"),
        Of<Dispatch.Enqueued>("di-enqueued-1"),
        Of<Dispatch.StartAttempt>("di-start-1"),
        Of<Dispatch.AttemptAccepted>("di-accepted-1"),
        Of<Dispatch.Preempt>("di-preempt-1"),
        Of<Dispatch.NodeGone>("di-node-gone-1"),
        Of<Dispatch.Release>("di-release-1"),
        Of<Dispatch.Released>("di-released-1"),
        Of<Dispatch.Wake>("di-wake-1"),
        Of<Dispatch.RegisterNode>("di-node-1"),
        Of<WorkerCommands.Activate>("wk-activate-1"),
        Of<WorkerCommands.PrepareTask>("wk-prepare-1"),
        Of<WorkerCommands.RunTask>("wk-run-1"),
        Of<WorkerCommands.StopTask>("wk-stop-1"),
        Of<WorkerReports.EndStored>("wr-end-stored-1"),
        Of<WorkerReports.TaskReady>("wr-ready-1"),
        Of<WorkerReports.TaskStarted>("wr-started-1"),
        Of<WorkerReports.SaveCheckpoint>("wr-checkpoint-1"),
        Of<WorkerReports.CheckpointVerdict>("wr-verdict-1"),
        Of<WorkerReports.TaskEnded>("wr-ended-1"),
        Of<JobCommands.Hold>("job-hold-1"),
        Of<JobCommands.Resume>("job-resume-1"),
        Of<JobEvents.TimeLimitReached>("ev-time-limit-1"),
        Of<JobEvents.VacationRequested>("ev-vacate-1"),
        Of<JobEvents.Held>("ev-held-1"),
        Of<JobEvents.Resumed>("ev-resumed-1"),
        Of<Dispatch.Expire>("di-expire-1"),
        Of<Dispatch.Vacate>("di-vacate-1"),
        Of<Dispatch.SetHold>("di-hold-1"),
        Of<Dispatch.HoldSet>("di-hold-set-1"),
        Of<Dispatch.NodeLeaves>("di-leaves-1"),
        Of<WorkerCommands.Drain>("wk-drain-1"),
        Of<WorkerReports.Drained>("wr-drained-1"),
        Of<SchedulerRequests.Explain>("sr-explain-1"),
        Of<SchedulerRequests.Cordon>("sr-cordon-1"),
        Of<SchedulerRequests.Drain>("sr-drain-1"),
        Of<SchedulerRequests.Uncordon>("sr-uncordon-1"),
        Of<SchedulerReplies.Explained>("sr-explained-1"),
        Of<SchedulerReplies.NodeSet>("sr-node-set-1"),
        Of<SchedulerReplies.Refused>("sr-refused-1"),
        Of<GatewayRequests.Submit>("gw-submit-1"),
        Of<GatewayRequests.Cancel>("gw-cancel-1"),
        Of<GatewayRequests.Describe>("gw-describe-1"),
        Of<GatewayRequests.List>("gw-list-1"),
        Of<GatewayRequests.Hold>("gw-hold-1"),
        Of<GatewayRequests.Resume>("gw-resume-1"),
        Of<GatewayRequests.Explain>("gw-explain-1"),
        Of<GatewayReplies.Explained>("ga-explained-1"),
        Of<GatewayRequests.Watch>("gw-watch-1"),
        Of<GatewayReplies.Accepted>("ga-accepted-1"),
        Of<GatewayReplies.Refused>("ga-refused-1"),
        Of<GatewayReplies.Busy>("ga-busy-1"),
        Of<GatewayReplies.Unknown>("ga-unknown-1"),
        Of<GatewayReplies.Described>("ga-described-1"),
        Of<GatewayReplies.Listed>("ga-listed-1"),
        Of<GatewayReplies.Seen>("ga-seen-1"),
        Of<OperatorRequests.ShowCluster>("op-show-1"),
        Of<OperatorRequests.Join>("op-join-1"),
        Of<OperatorRequests.Leave>("op-leave-1"),
        Of<OperatorRequests.Down>("op-down-1"),
        Of<OperatorRequests.DownUnreachable>("op-down-unreachable-1"),
        Of<OperatorRequests.ListRegions>("op-regions-1"),
        Of<OperatorRequests.ShowRegion>("op-region-1"),
        Of<OperatorRequests.ShowHierarchy>("op-hierarchy-1"),
        Of<OperatorReplies.Done>("or-done-1"),
        Of<OperatorReplies.Refused>("or-refused-1"),
        Of<ClusterView>("or-cluster-1"),
        Of<RegionsView>("or-regions-1"),
        Of<RegionStatsView>("or-region-1"),
        Of<HierarchyView>("or-hierarchy-1"),
    ];

    private static WireType Of<T>(string manifest) => new(manifest, typeof(T), ContractsJson.Default);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JobCommands.Submit), TypeInfoPropertyName = "JobCommandsSubmit")]
[JsonSerializable(typeof(JobCommands.Cancel), TypeInfoPropertyName = "JobCommandsCancel")]
[JsonSerializable(typeof(JobReplies.Accepted), TypeInfoPropertyName = "JobRepliesAccepted")]
[JsonSerializable(typeof(JobReplies.Refused), TypeInfoPropertyName = "JobRepliesRefused")]
[JsonSerializable(typeof(JobEvents.Submitted), TypeInfoPropertyName = "JobEventsSubmitted")]
[JsonSerializable(typeof(JobEvents.AttemptStarted), TypeInfoPropertyName = "JobEventsAttemptStarted")]
[JsonSerializable(typeof(JobEvents.AttemptRunning), TypeInfoPropertyName = "JobEventsAttemptRunning")]
[JsonSerializable(typeof(JobEvents.CheckpointSaved), TypeInfoPropertyName = "JobEventsCheckpointSaved")]
[JsonSerializable(typeof(JobEvents.TaskEnded), TypeInfoPropertyName = "JobEventsTaskEnded")]
[JsonSerializable(typeof(JobEvents.PreemptionRequested), TypeInfoPropertyName = "JobEventsPreemptionRequested")]
[JsonSerializable(typeof(JobEvents.CancellationRequested), TypeInfoPropertyName = "JobEventsCancellationRequested")]
[JsonSerializable(typeof(JobEvents.AttemptEnded), TypeInfoPropertyName = "JobEventsAttemptEnded")]
[JsonSerializable(typeof(JobEvents.Requeued), TypeInfoPropertyName = "JobEventsRequeued")]
[JsonSerializable(typeof(JobEvents.Ended), TypeInfoPropertyName = "JobEventsEnded")]
[JsonSerializable(typeof(Dispatch.Enqueue), TypeInfoPropertyName = "DispatchEnqueue")]
[JsonSerializable(typeof(Dispatch.Checkpointed), TypeInfoPropertyName = "DispatchCheckpointed")]
[JsonSerializable(typeof(Dispatch.Enqueued), TypeInfoPropertyName = "DispatchEnqueued")]
[JsonSerializable(typeof(Dispatch.StartAttempt), TypeInfoPropertyName = "DispatchStartAttempt")]
[JsonSerializable(typeof(Dispatch.AttemptAccepted), TypeInfoPropertyName = "DispatchAttemptAccepted")]
[JsonSerializable(typeof(Dispatch.Preempt), TypeInfoPropertyName = "DispatchPreempt")]
[JsonSerializable(typeof(Dispatch.NodeGone), TypeInfoPropertyName = "DispatchNodeGone")]
[JsonSerializable(typeof(Dispatch.Release), TypeInfoPropertyName = "DispatchRelease")]
[JsonSerializable(typeof(Dispatch.Released), TypeInfoPropertyName = "DispatchReleased")]
[JsonSerializable(typeof(Dispatch.Wake), TypeInfoPropertyName = "DispatchWake")]
[JsonSerializable(typeof(Dispatch.RegisterNode), TypeInfoPropertyName = "DispatchRegisterNode")]
[JsonSerializable(typeof(WorkerCommands.Activate), TypeInfoPropertyName = "WorkerCommandsActivate")]
[JsonSerializable(typeof(WorkerCommands.PrepareTask), TypeInfoPropertyName = "WorkerCommandsPrepareTask")]
[JsonSerializable(typeof(WorkerCommands.RunTask), TypeInfoPropertyName = "WorkerCommandsRunTask")]
[JsonSerializable(typeof(WorkerCommands.StopTask), TypeInfoPropertyName = "WorkerCommandsStopTask")]
[JsonSerializable(typeof(WorkerReports.EndStored), TypeInfoPropertyName = "WorkerReportsEndStored")]
[JsonSerializable(typeof(WorkerReports.TaskReady), TypeInfoPropertyName = "WorkerReportsTaskReady")]
[JsonSerializable(typeof(WorkerReports.TaskStarted), TypeInfoPropertyName = "WorkerReportsTaskStarted")]
[JsonSerializable(typeof(WorkerReports.SaveCheckpoint), TypeInfoPropertyName = "WorkerReportsSaveCheckpoint")]
[JsonSerializable(typeof(WorkerReports.CheckpointVerdict), TypeInfoPropertyName = "WorkerReportsCheckpointVerdict")]
[JsonSerializable(typeof(WorkerReports.TaskEnded), TypeInfoPropertyName = "WorkerReportsTaskEnded")]
[JsonSerializable(typeof(JobCommands.Hold), TypeInfoPropertyName = "JobCommandsHold")]
[JsonSerializable(typeof(JobCommands.Resume), TypeInfoPropertyName = "JobCommandsResume")]
[JsonSerializable(typeof(JobEvents.TimeLimitReached), TypeInfoPropertyName = "JobEventsTimeLimitReached")]
[JsonSerializable(typeof(JobEvents.VacationRequested), TypeInfoPropertyName = "JobEventsVacationRequested")]
[JsonSerializable(typeof(JobEvents.Held), TypeInfoPropertyName = "JobEventsHeld")]
[JsonSerializable(typeof(JobEvents.Resumed), TypeInfoPropertyName = "JobEventsResumed")]
[JsonSerializable(typeof(Dispatch.Expire), TypeInfoPropertyName = "DispatchExpire")]
[JsonSerializable(typeof(Dispatch.Vacate), TypeInfoPropertyName = "DispatchVacate")]
[JsonSerializable(typeof(Dispatch.SetHold), TypeInfoPropertyName = "DispatchSetHold")]
[JsonSerializable(typeof(Dispatch.HoldSet), TypeInfoPropertyName = "DispatchHoldSet")]
[JsonSerializable(typeof(Dispatch.NodeLeaves), TypeInfoPropertyName = "DispatchNodeLeaves")]
[JsonSerializable(typeof(WorkerCommands.Drain), TypeInfoPropertyName = "WorkerCommandsDrain")]
[JsonSerializable(typeof(WorkerReports.Drained), TypeInfoPropertyName = "WorkerReportsDrained")]
[JsonSerializable(typeof(SchedulerRequests.Explain), TypeInfoPropertyName = "SchedulerRequestsExplain")]
[JsonSerializable(typeof(SchedulerRequests.Cordon), TypeInfoPropertyName = "SchedulerRequestsCordon")]
[JsonSerializable(typeof(SchedulerRequests.Drain), TypeInfoPropertyName = "SchedulerRequestsDrain")]
[JsonSerializable(typeof(SchedulerRequests.Uncordon), TypeInfoPropertyName = "SchedulerRequestsUncordon")]
[JsonSerializable(typeof(SchedulerReplies.Explained), TypeInfoPropertyName = "SchedulerRepliesExplained")]
[JsonSerializable(typeof(SchedulerReplies.NodeSet), TypeInfoPropertyName = "SchedulerRepliesNodeSet")]
[JsonSerializable(typeof(SchedulerReplies.Refused), TypeInfoPropertyName = "SchedulerRepliesRefused")]
[JsonSerializable(typeof(GatewayRequests.Submit), TypeInfoPropertyName = "GatewayRequestsSubmit")]
[JsonSerializable(typeof(GatewayRequests.Cancel), TypeInfoPropertyName = "GatewayRequestsCancel")]
[JsonSerializable(typeof(GatewayRequests.Describe), TypeInfoPropertyName = "GatewayRequestsDescribe")]
[JsonSerializable(typeof(GatewayRequests.List), TypeInfoPropertyName = "GatewayRequestsList")]
[JsonSerializable(typeof(GatewayRequests.Hold), TypeInfoPropertyName = "GatewayRequestsHold")]
[JsonSerializable(typeof(GatewayRequests.Resume), TypeInfoPropertyName = "GatewayRequestsResume")]
[JsonSerializable(typeof(GatewayRequests.Explain), TypeInfoPropertyName = "GatewayRequestsExplain")]
[JsonSerializable(typeof(GatewayReplies.Explained), TypeInfoPropertyName = "GatewayRepliesExplained")]
[JsonSerializable(typeof(GatewayRequests.Watch), TypeInfoPropertyName = "GatewayRequestsWatch")]
[JsonSerializable(typeof(GatewayReplies.Accepted), TypeInfoPropertyName = "GatewayRepliesAccepted")]
[JsonSerializable(typeof(GatewayReplies.Refused), TypeInfoPropertyName = "GatewayRepliesRefused")]
[JsonSerializable(typeof(GatewayReplies.Busy), TypeInfoPropertyName = "GatewayRepliesBusy")]
[JsonSerializable(typeof(GatewayReplies.Unknown), TypeInfoPropertyName = "GatewayRepliesUnknown")]
[JsonSerializable(typeof(GatewayReplies.Described), TypeInfoPropertyName = "GatewayRepliesDescribed")]
[JsonSerializable(typeof(GatewayReplies.Listed), TypeInfoPropertyName = "GatewayRepliesListed")]
[JsonSerializable(typeof(GatewayReplies.Seen), TypeInfoPropertyName = "GatewayRepliesSeen")]
[JsonSerializable(typeof(OperatorRequests.ShowCluster), TypeInfoPropertyName = "OperatorRequestsShowCluster")]
[JsonSerializable(typeof(OperatorRequests.Join), TypeInfoPropertyName = "OperatorRequestsJoin")]
[JsonSerializable(typeof(OperatorRequests.Leave), TypeInfoPropertyName = "OperatorRequestsLeave")]
[JsonSerializable(typeof(OperatorRequests.Down), TypeInfoPropertyName = "OperatorRequestsDown")]
[JsonSerializable(typeof(OperatorRequests.DownUnreachable), TypeInfoPropertyName = "OperatorRequestsDownUnreachable")]
[JsonSerializable(typeof(OperatorRequests.ListRegions), TypeInfoPropertyName = "OperatorRequestsListRegions")]
[JsonSerializable(typeof(OperatorRequests.ShowRegion), TypeInfoPropertyName = "OperatorRequestsShowRegion")]
[JsonSerializable(typeof(OperatorRequests.ShowHierarchy), TypeInfoPropertyName = "OperatorRequestsShowHierarchy")]
[JsonSerializable(typeof(OperatorReplies.Done), TypeInfoPropertyName = "OperatorRepliesDone")]
[JsonSerializable(typeof(OperatorReplies.Refused), TypeInfoPropertyName = "OperatorRepliesRefused")]
[JsonSerializable(typeof(ClusterView), TypeInfoPropertyName = "ClusterView")]
[JsonSerializable(typeof(RegionsView), TypeInfoPropertyName = "RegionsView")]
[JsonSerializable(typeof(RegionStatsView), TypeInfoPropertyName = "RegionStatsView")]
[JsonSerializable(typeof(HierarchyView), TypeInfoPropertyName = "HierarchyView")]
internal sealed partial class ContractsJson : JsonSerializerContext;
