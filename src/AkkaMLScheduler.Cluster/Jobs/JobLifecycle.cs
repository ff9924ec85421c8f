using System.Collections.Frozen;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Jobs;

/// <summary>What can happen to a job, as far as its status is concerned.</summary>
public enum JobTurn
{
    Hold,
    Resume,

    /// <summary>The scheduler gave it a place.</summary>
    Place,

    /// <summary>Every rank runs.</summary>
    Run,

    /// <summary>Another job needs its place.</summary>
    Preempt,

    /// <summary>Its tasks are asked to stop: cancelled, over its time limit, its node drained.</summary>
    Stop,

    /// <summary>A rank has ended without success, so the others must stop.</summary>
    RankLost,

    /// <summary>Another attempt follows at once.</summary>
    Requeue,

    /// <summary>Another attempt follows after a wait.</summary>
    Retry,

    /// <summary>Another attempt follows once somebody resumes it.</summary>
    RequeueHeld,
    Succeed,
    Fail,
    Cancel,
}

/// <summary>The state machine of a job: from where each turn may be taken, and where it leads. What is not in the table cannot happen.</summary>
public static class JobLifecycle
{
    private const JobStatus Pending = JobStatus.Pending;
    private const JobStatus Held = JobStatus.Held;
    private const JobStatus Retrying = JobStatus.Retrying;
    private const JobStatus Starting = JobStatus.Starting;
    private const JobStatus Running = JobStatus.Running;
    private const JobStatus Preempting = JobStatus.Preempting;
    private const JobStatus Stopping = JobStatus.Stopping;

    private static readonly FrozenDictionary<(JobStatus From, JobTurn Turn), JobStatus> Table = Rows().ToFrozenDictionary();

    /// <summary>Every row of the table.</summary>
    public static IEnumerable<(JobStatus From, JobTurn Turn, JobStatus To)> All => Table.Select(row => (row.Key.From, row.Key.Turn, row.Value));

    /// <summary>Where the turn leads; null when it cannot be taken from here.</summary>
    public static JobStatus? After(this JobStatus from, JobTurn turn) => Table.TryGetValue((from, turn), out var to) ? to : null;

    /// <summary>How a job begins.</summary>
    public static JobStatus First(JobSpec spec) => spec.Hold ? Held : Pending;

    /// <summary>The turn of a job that gets another attempt.</summary>
    public static JobTurn TurnOf(JobEvents.Requeued requeued, bool held) =>
        held ? JobTurn.RequeueHeld : requeued.EligibleAt > requeued.At ? JobTurn.Retry : JobTurn.Requeue;

    private static IEnumerable<KeyValuePair<(JobStatus, JobTurn), JobStatus>> Rows()
    {
        (JobStatus[] From, JobTurn Turn, JobStatus To)[] rows =
        [
            ([Pending, Retrying], JobTurn.Hold, Held),
            ([Held], JobTurn.Resume, Pending),
            ([Pending, Retrying, Held], JobTurn.Place, Starting), // held: the place was given before the hold was heard of
            ([Pending, Retrying, Held], JobTurn.Cancel, JobStatus.Cancelled),

            ([Starting], JobTurn.Run, Running),
            ([Starting, Running], JobTurn.Preempt, Preempting),
            ([Starting, Running, Preempting, Stopping], JobTurn.Stop, Stopping),
            ([Starting, Running, Stopping], JobTurn.RankLost, Stopping),
            ([Preempting], JobTurn.RankLost, Preempting),

            ([Starting, Running, Preempting, Stopping], JobTurn.Requeue, Pending),
            ([Starting, Running, Preempting, Stopping], JobTurn.Retry, Retrying),
            ([Starting, Running, Preempting, Stopping], JobTurn.RequeueHeld, Held),
            ([Starting, Running, Preempting, Stopping], JobTurn.Succeed, JobStatus.Succeeded),
            ([Starting, Running, Preempting, Stopping], JobTurn.Fail, JobStatus.Failed),
            ([Starting, Running, Preempting, Stopping], JobTurn.Cancel, JobStatus.Cancelled),
        ];
        return rows.SelectMany(row => row.From, (row, from) => KeyValuePair.Create((from, row.Turn), row.To));
    }
}
