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
        new("job-submit-1", ContractsJson.Default.JobCommandsSubmit),
        new("job-cancel-1", ContractsJson.Default.JobCommandsCancel),
        new("job-accepted-1", ContractsJson.Default.JobRepliesAccepted),
        new("job-refused-1", ContractsJson.Default.JobRepliesRefused),
        new("ev-submitted-1", ContractsJson.Default.JobEventsSubmitted),
        new("ev-attempt-started-1", ContractsJson.Default.JobEventsAttemptStarted),
        new("ev-attempt-running-1", ContractsJson.Default.JobEventsAttemptRunning),
        new("ev-checkpoint-1", ContractsJson.Default.JobEventsCheckpointSaved),
        new("ev-task-ended-1", ContractsJson.Default.JobEventsTaskEnded),
        new("ev-preempt-1", ContractsJson.Default.JobEventsPreemptionRequested),
        new("ev-cancel-1", ContractsJson.Default.JobEventsCancellationRequested),
        new("ev-attempt-ended-1", ContractsJson.Default.JobEventsAttemptEnded),
        new("ev-requeued-1", ContractsJson.Default.JobEventsRequeued),
        new("ev-ended-1", ContractsJson.Default.JobEventsEnded),
        new("di-enqueue-1", ContractsJson.Default.DispatchEnqueue),
        new("di-checkpointed-1", ContractsJson.Default.DispatchCheckpointed),
        new("di-enqueued-1", ContractsJson.Default.DispatchEnqueued),
        new("di-start-1", ContractsJson.Default.DispatchStartAttempt),
        new("di-accepted-1", ContractsJson.Default.DispatchAttemptAccepted),
        new("di-preempt-1", ContractsJson.Default.DispatchPreempt),
        new("di-node-gone-1", ContractsJson.Default.DispatchNodeGone),
        new("di-release-1", ContractsJson.Default.DispatchRelease),
        new("di-released-1", ContractsJson.Default.DispatchReleased),
        new("di-wake-1", ContractsJson.Default.DispatchWake),
        new("di-node-1", ContractsJson.Default.DispatchRegisterNode),
        new("wk-activate-1", ContractsJson.Default.WorkerCommandsActivate),
        new("wk-prepare-1", ContractsJson.Default.WorkerCommandsPrepareTask),
        new("wk-run-1", ContractsJson.Default.WorkerCommandsRunTask),
        new("wk-stop-1", ContractsJson.Default.WorkerCommandsStopTask),
        new("wr-end-stored-1", ContractsJson.Default.WorkerReportsEndStored),
        new("wr-ready-1", ContractsJson.Default.WorkerReportsTaskReady),
        new("wr-started-1", ContractsJson.Default.WorkerReportsTaskStarted),
        new("wr-checkpoint-1", ContractsJson.Default.WorkerReportsSaveCheckpoint),
        new("wr-verdict-1", ContractsJson.Default.WorkerReportsCheckpointVerdict),
        new("wr-ended-1", ContractsJson.Default.WorkerReportsTaskEnded),
        new("job-hold-1", ContractsJson.Default.JobCommandsHold),
        new("job-resume-1", ContractsJson.Default.JobCommandsResume),
        new("ev-time-limit-1", ContractsJson.Default.JobEventsTimeLimitReached),
        new("ev-vacate-1", ContractsJson.Default.JobEventsVacationRequested),
        new("ev-held-1", ContractsJson.Default.JobEventsHeld),
        new("ev-resumed-1", ContractsJson.Default.JobEventsResumed),
        new("di-expire-1", ContractsJson.Default.DispatchExpire),
        new("di-vacate-1", ContractsJson.Default.DispatchVacate),
        new("di-hold-1", ContractsJson.Default.DispatchSetHold),
        new("di-hold-set-1", ContractsJson.Default.DispatchHoldSet),
        new("di-leaves-1", ContractsJson.Default.DispatchNodeLeaves),
        new("wk-drain-1", ContractsJson.Default.WorkerCommandsDrain),
        new("wr-drained-1", ContractsJson.Default.WorkerReportsDrained),
        new("sr-explain-1", ContractsJson.Default.SchedulerRequestsExplain),
        new("sr-cordon-1", ContractsJson.Default.SchedulerRequestsCordon),
        new("sr-drain-1", ContractsJson.Default.SchedulerRequestsDrain),
        new("sr-uncordon-1", ContractsJson.Default.SchedulerRequestsUncordon),
        new("sr-explained-1", ContractsJson.Default.SchedulerRepliesExplained),
        new("sr-node-set-1", ContractsJson.Default.SchedulerRepliesNodeSet),
        new("sr-refused-1", ContractsJson.Default.SchedulerRepliesRefused),
        new("gw-submit-1", ContractsJson.Default.GatewayRequestsSubmit),
        new("gw-cancel-1", ContractsJson.Default.GatewayRequestsCancel),
        new("gw-describe-1", ContractsJson.Default.GatewayRequestsDescribe),
        new("gw-list-1", ContractsJson.Default.GatewayRequestsList),
        new("gw-hold-1", ContractsJson.Default.GatewayRequestsHold),
        new("gw-resume-1", ContractsJson.Default.GatewayRequestsResume),
        new("gw-explain-1", ContractsJson.Default.GatewayRequestsExplain),
        new("ga-explained-1", ContractsJson.Default.GatewayRepliesExplained),
        new("gw-watch-1", ContractsJson.Default.GatewayRequestsWatch),
        new("ga-accepted-1", ContractsJson.Default.GatewayRepliesAccepted),
        new("ga-refused-1", ContractsJson.Default.GatewayRepliesRefused),
        new("ga-busy-1", ContractsJson.Default.GatewayRepliesBusy),
        new("ga-unknown-1", ContractsJson.Default.GatewayRepliesUnknown),
        new("ga-described-1", ContractsJson.Default.GatewayRepliesDescribed),
        new("ga-listed-1", ContractsJson.Default.GatewayRepliesListed),
        new("ga-seen-1", ContractsJson.Default.GatewayRepliesSeen),
        new("op-show-1", ContractsJson.Default.OperatorRequestsShowCluster),
        new("op-join-1", ContractsJson.Default.OperatorRequestsJoin),
        new("op-leave-1", ContractsJson.Default.OperatorRequestsLeave),
        new("op-down-1", ContractsJson.Default.OperatorRequestsDown),
        new("op-down-unreachable-1", ContractsJson.Default.OperatorRequestsDownUnreachable),
        new("op-regions-1", ContractsJson.Default.OperatorRequestsListRegions),
        new("op-region-1", ContractsJson.Default.OperatorRequestsShowRegion),
        new("op-hierarchy-1", ContractsJson.Default.OperatorRequestsShowHierarchy),
        new("or-done-1", ContractsJson.Default.OperatorRepliesDone),
        new("or-refused-1", ContractsJson.Default.OperatorRepliesRefused),
        new("or-cluster-1", ContractsJson.Default.ClusterView),
        new("or-regions-1", ContractsJson.Default.RegionsView),
        new("or-region-1", ContractsJson.Default.RegionStatsView),
        new("or-hierarchy-1", ContractsJson.Default.HierarchyView),
    ];
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
