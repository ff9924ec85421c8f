using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Tests.Jobs;

public sealed class JobDecisionsTests
{
    [Fact]
    public void A_submission_is_stored_and_answered()
    {
        var life = JobLife.Submitted();

        Assert.IsType<JobEvents.Submitted>(Assert.Single(life.Events));
        Assert.Equal(new JobReplies.Accepted(JobLife.Id, JobStatus.Pending, false), life.Last.Reply);
    }

    [Fact]
    public void The_same_submission_again_changes_nothing()
    {
        var life = JobLife.Submitted().Do(new JobCommands.Submit(JobLife.Id, JobLife.Spec(), "bob"));

        Assert.Single(life.Events);
        Assert.Equal(new JobReplies.Accepted(JobLife.Id, JobStatus.Pending, true), life.Last.Reply);
    }

    [Fact]
    public void Another_spec_under_the_same_id_is_refused()
    {
        var life = JobLife.Submitted().Do(new JobCommands.Submit(JobLife.Id, JobLife.Spec(tasks: 2), "bob"));

        Assert.Single(life.Events);
        Assert.Contains("another spec", Assert.IsType<JobReplies.Refused>(life.Last.Reply).Reason);
    }

    [Fact]
    public void An_attempt_succeeds_only_when_its_last_rank_has()
    {
        var life = JobLife.Running(tasks: 2).End(0, TaskEnd.Succeeded);
        Assert.Equal(JobStatus.Running, life.Job.Status);

        life.End(1, TaskEnd.Succeeded);
        Assert.Equal(JobStatus.Succeeded, life.Job.Status);
    }

    [Fact]
    public void A_failed_attempt_is_tried_again_after_a_doubling_wait()
    {
        var life = JobLife.Running().End(0, TaskEnd.Failed);
        Assert.Equal(JobStatus.Retrying, life.Job.Status);
        Assert.Equal(2, life.Job.Attempt);
        AssertWaits(life, TimeSpan.FromSeconds(1));

        life.Place().Run().End(0, TaskEnd.Failed);
        AssertWaits(life, TimeSpan.FromSeconds(2));
    }

    private static void AssertWaits(JobLife life, TimeSpan least) =>
        Assert.InRange(life.Job.EligibleAt - life.Now, least, least * (1 + RetrySpec.MaxJitter));

    [Fact]
    public void Jobs_that_failed_together_come_back_apart_and_each_as_it_would_anywhere()
    {
        var retry = JobLife.Spec().Retry;
        var waits = Enumerable.Range(0, 100).Select(i => retry.DelayAfter(new JobId($"job-{i}"), 1)).ToList();

        Assert.True(waits.Distinct().Count() > 90);
        Assert.Equal(waits, Enumerable.Range(0, 100).Select(i => retry.DelayAfter(new JobId($"job-{i}"), 1)));
        Assert.Equal(12_406_896, retry.DelayAfter(new JobId("job-1"), 1).Ticks);
    }

    [Fact]
    public void A_job_fails_once_its_retries_are_used_up()
    {
        var life = JobLife.Running(retries: 1).End(0, TaskEnd.Failed).Place().Run().End(0, TaskEnd.Failed, reason: "disk full");

        Assert.Equal(JobStatus.Failed, life.Job.Status);
        Assert.Equal("disk full", life.Events.OfType<JobEvents.Ended>().Single().Reason);
    }

    [Fact]
    public void A_lost_node_costs_no_retry()
    {
        var life = JobLife.Running(retries: 0).Do(new Dispatch.NodeGone(JobLife.Id, 1, "node-0", "life-1"));

        Assert.Equal(JobStatus.Pending, life.Job.Status);
        Assert.Equal(2, life.Job.Attempt);
        Assert.Equal((0, 1), (life.Job.Failures, life.Job.Interruptions));
    }

    [Fact]
    public void A_job_that_keeps_losing_its_nodes_is_given_up()
    {
        var life = JobLife.Submitted();
        for (var i = 0; i <= JobDecisions.MaxInterruptions; i++) life.Place().Run().Do(new Dispatch.NodeGone(JobLife.Id, life.Job.Attempt, "node-0", "life-1"));

        Assert.Equal(JobStatus.Failed, life.Job.Status);
    }

    [Fact]
    public void The_loss_of_another_incarnation_of_the_node_is_not_ours()
    {
        var life = JobLife.Running().Do(new Dispatch.NodeGone(JobLife.Id, 1, "node-0", "life-0"));

        Assert.Equal(JobStatus.Running, life.Job.Status);
    }

    [Fact]
    public void A_gang_that_loses_a_rank_ends_when_the_others_have_stopped()
    {
        var life = JobLife.Running(tasks: 2).Do(new Dispatch.NodeGone(JobLife.Id, 1, "node-1", "life-1"));
        Assert.Equal(JobStatus.Stopping, life.Job.Status);

        life.End(0, TaskEnd.PeerLost);
        Assert.Equal(AttemptEnd.Interrupted, life.Events.OfType<JobEvents.AttemptEnded>().Single().End);
        Assert.Contains("node 'node-1' was lost", life.Events.OfType<JobEvents.AttemptEnded>().Single().Reason);
    }

    [Fact]
    public void A_rank_that_fails_by_itself_is_the_cause_even_if_a_peer_notices_first()
    {
        var life = JobLife.Running(tasks: 2).End(0, TaskEnd.PeerLost).End(1, TaskEnd.Failed, reason: "bad data");

        Assert.Equal(AttemptEnd.Failed, life.Events.OfType<JobEvents.AttemptEnded>().Single().End);
        Assert.Equal("rank 1: bad data", life.Events.OfType<JobEvents.AttemptEnded>().Single().Reason);
    }

    [Fact]
    public void A_preempted_attempt_costs_no_retry_and_resumes_from_the_newest_common_checkpoint()
    {
        var life = JobLife.Running(tasks: 2, retries: 0)
            .Checkpoint(0, 10).Checkpoint(1, 10).Checkpoint(0, 20)
            .Do(new Dispatch.Preempt(JobLife.Id, 1, new JobId("other")))
            .End(0, TaskEnd.Stopped).End(1, TaskEnd.Stopped);
        Assert.Equal(AttemptEnd.Preempted, life.Events.OfType<JobEvents.AttemptEnded>().Single().End);

        life.Place();
        Assert.Equal(10, life.Job.ResumeStep);
        Assert.Equal("/1/1/10", life.Job.ResumePointOf(1)!.Uri);
    }

    [Fact]
    public void What_all_ranks_have_is_kept_until_all_have_something_newer()
    {
        var life = JobLife.Running(tasks: 2).Checkpoint(0, 5).Checkpoint(1, 5).Checkpoint(0, 10)
            .End(0, TaskEnd.NodeLost).End(1, TaskEnd.PeerLost).Place().Run();

        Assert.Equal(5, life.Checkpoint(0, 10).Job.CommonStep);
        Assert.Equal(5, life.Checkpoint(0, 15).Job.CommonStep);
        Assert.Equal(10, life.Checkpoint(1, 10).Job.CommonStep);
    }

    [Fact]
    public void An_elastic_gang_of_another_size_shares_out_the_files_of_the_one_before()
    {
        var life = new JobLife().Do(new JobCommands.Submit(JobLife.Id, JobLife.Spec(tasks: 4) with { MinTasks = 1 }, "ada")).Place(ranks: 2).Run()
            .Checkpoint(0, 5).Checkpoint(1, 5).Checkpoint(0, 10)
            .End(0, TaskEnd.NodeLost).End(1, TaskEnd.PeerLost).Place(ranks: 3).Run();

        Assert.Equal((5L, 5L), (life.Job.CommonStep, life.Job.ResumeStep));
        Assert.Equal(["/1/0/5", "/1/1/5", "/1/0/5"], Enumerable.Range(0, 3).Select(rank => life.Job.ResumePointOf(rank)!.Uri));
        life.Checkpoint(0, 15).Checkpoint(1, 15);
        Assert.Equal(5, life.Job.CommonStep);
        Assert.Equal(15, life.Checkpoint(2, 15).Job.CommonStep);
    }

    [Fact]
    public void An_attempt_that_ends_well_while_being_preempted_has_succeeded()
    {
        var life = JobLife.Running().Do(new Dispatch.Preempt(JobLife.Id, 1, new JobId("other"))).End(0, TaskEnd.Succeeded);

        Assert.Equal(JobStatus.Succeeded, life.Job.Status);
    }

    [Fact]
    public void A_checkpoint_counts_only_under_the_current_attempt()
    {
        var life = JobLife.Running().Checkpoint(0, 5).Do(new Dispatch.NodeGone(JobLife.Id, 1, "node-0", "life-1")).Place().Run();

        life.Checkpoint(0, 50, attempt: 1);

        Assert.False(Assert.IsType<WorkerReports.CheckpointVerdict>(life.Last.Reply).Counts);
        Assert.Equal(5, life.Job.CommonStep);
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_used_is_not_tried_twice()
    {
        var life = JobLife.Running().Checkpoint(0, 5).Checkpoint(0, 10).End(0, TaskEnd.Failed).Place().Run();
        Assert.Equal(10, life.Job.ResumeStep);

        life.End(0, TaskEnd.CheckpointUnusable, reason: "it is gone").Place();

        Assert.Equal(5, life.Job.ResumeStep);
        Assert.Equal("it is gone", life.Events.OfType<JobEvents.AttemptEnded>().Last().Reason);
    }

    [Fact]
    public void A_checkpoint_of_a_rank_that_has_ended_does_not_count()
    {
        var life = JobLife.Running(tasks: 2).End(0, TaskEnd.Stopped).Checkpoint(0, 5);

        Assert.False(Assert.IsType<WorkerReports.CheckpointVerdict>(life.Last.Reply).Counts);
    }

    [Fact]
    public void A_checkpoint_offered_twice_counts_once()
    {
        var life = JobLife.Running().Checkpoint(0, 5).Checkpoint(0, 5);

        Assert.True(Assert.IsType<WorkerReports.CheckpointVerdict>(life.Last.Reply).Counts);
        Assert.Single(life.Events.OfType<JobEvents.CheckpointSaved>());
    }

    [Fact]
    public void Only_the_newest_checkpoints_of_a_rank_are_remembered()
    {
        var life = JobLife.Running();
        for (var step = 1; step <= 100; step++) life.Checkpoint(0, step);

        Assert.Equal([100L, 99L], life.Job.Checkpoints.Select(c => c.Step));
    }

    [Fact]
    public void A_waiting_job_is_cancelled_at_once()
    {
        var life = JobLife.Submitted().Do(new JobCommands.Cancel(JobLife.Id, "ada"));

        Assert.Equal(JobStatus.Cancelled, life.Job.Status);
    }

    [Fact]
    public void A_running_job_is_cancelled_once_its_tasks_have_stopped()
    {
        var life = JobLife.Running().Do(new JobCommands.Cancel(JobLife.Id, "ada"));
        Assert.Equal(JobStatus.Stopping, life.Job.Status);

        life.End(0, TaskEnd.Stopped);
        Assert.Equal(JobStatus.Cancelled, life.Job.Status);
    }

    [Fact]
    public void Cancelling_what_has_ended_changes_nothing()
    {
        var life = JobLife.Running().End(0, TaskEnd.Succeeded).Do(new JobCommands.Cancel(JobLife.Id, "ada"));

        Assert.Equal(new JobReplies.Accepted(JobLife.Id, JobStatus.Succeeded, true), life.Last.Reply);
        Assert.Empty(life.Last.Events);
    }

    [Fact]
    public void Cancelling_an_unknown_job_is_refused() =>
        Assert.IsType<JobReplies.Refused>(JobState.Unknown(JobLife.Id).Decide(new JobCommands.Cancel(JobLife.Id, "ada"), JobLife.Start).Reply);

    [Fact]
    public void A_place_for_an_attempt_that_is_over_is_given_back()
    {
        var life = JobLife.Running().Do(new Dispatch.NodeGone(JobLife.Id, 1, "node-0", "life-1"))
            .Do(new Dispatch.StartAttempt(JobLife.Id, 1, [new TaskPlacement(0, "node-0", "life-2", [])]));

        Assert.Equal(new Dispatch.Release(JobLife.Id, 1), life.Last.ToScheduler);
        Assert.Empty(life.Last.Events);
    }

    [Fact]
    public void A_place_offered_twice_is_taken_once()
    {
        var life = JobLife.Submitted().Place();
        var before = life.Events.Count;

        life.Place();

        Assert.Equal(before, life.Events.Count);
        Assert.Equal(new Dispatch.AttemptAccepted(JobLife.Id, 1), life.Last.ToScheduler);
    }

    [Fact]
    public void The_end_of_a_task_reported_again_is_acknowledged_and_changes_nothing()
    {
        var life = JobLife.Running(tasks: 2).End(0, TaskEnd.Succeeded).End(0, TaskEnd.Failed);

        Assert.Equal(new WorkerReports.EndStored(JobLife.Id, 1, 0), life.Last.Reply);
        Assert.Empty(life.Last.Events);
    }

    [Fact]
    public void A_report_about_a_rank_that_does_not_exist_changes_nothing()
    {
        var life = JobLife.Running().End(7, TaskEnd.Failed);

        Assert.Empty(life.Last.Events);
    }

    [Fact]
    public void The_ledger_is_told_to_let_go_of_a_job_that_nobody_submitted() =>
        Assert.Equal(
            new Dispatch.Release(JobLife.Id, 1),
            JobState.Unknown(JobLife.Id).Decide(new Dispatch.StartAttempt(JobLife.Id, 1, []), JobLife.Start).ToScheduler);

    [Fact]
    public void A_job_over_its_time_limit_has_failed_and_is_not_tried_again()
    {
        var life = JobLife.Running(retries: 5).Do(new Dispatch.Expire(JobLife.Id, 1)).Do(new Dispatch.Expire(JobLife.Id, 1));
        Assert.Equal(JobStatus.Stopping, life.Job.Status);
        Assert.Single(life.Events.OfType<JobEvents.TimeLimitReached>());

        life.End(0, TaskEnd.Stopped);
        Assert.Equal(JobStatus.Failed, life.Job.Status);
        Assert.Contains("time limit", life.Events.OfType<JobEvents.Ended>().Single().Reason);
    }

    [Fact]
    public void An_attempt_on_a_drained_node_is_handed_back_without_counting_against_the_job()
    {
        var life = JobLife.Running(retries: 0).Checkpoint(0, 7).Do(new Dispatch.Vacate(JobLife.Id, 1, "its node is drained")).End(0, TaskEnd.Stopped);

        Assert.Equal(AttemptEnd.Drained, life.Events.OfType<JobEvents.AttemptEnded>().Single().End);
        Assert.Equal((JobStatus.Pending, 0, 0, 0), (life.Job.Status, life.Job.Failures, life.Job.Interruptions, life.Job.Preemptions));
        Assert.Equal(7, life.Place().Job.ResumeStep);
    }

    [Fact]
    public void A_held_job_waits_until_it_is_resumed()
    {
        var life = JobLife.Submitted().Do(new JobCommands.Hold(JobLife.Id, "ada"));
        Assert.Equal(new JobReplies.Accepted(JobLife.Id, JobStatus.Held, false), life.Last.Reply);
        Assert.Equal(JobStatus.Held, life.Job.Status);

        life.Do(new JobCommands.Hold(JobLife.Id, "ada"));
        Assert.Equal(new JobReplies.Accepted(JobLife.Id, JobStatus.Held, true), life.Last.Reply);

        life.Do(new JobCommands.Resume(JobLife.Id, "ada"));
        Assert.Equal(JobStatus.Pending, life.Job.Status);
    }

    [Fact]
    public void Holding_a_running_job_keeps_its_next_attempt_back()
    {
        var life = JobLife.Running().Do(new JobCommands.Hold(JobLife.Id, "ada"));
        Assert.Equal(JobStatus.Running, life.Job.Status);

        life.End(0, TaskEnd.Failed);
        Assert.Equal(JobStatus.Held, life.Job.Status);
    }

    [Fact]
    public void A_job_submitted_on_hold_waits_as_held() =>
        Assert.Equal(JobStatus.Held, new JobLife().Do(new JobCommands.Submit(JobLife.Id, JobLife.Spec() with { Hold = true }, "ada")).Job.Status);

    [Fact]
    public void A_job_that_has_ended_cannot_be_held()
    {
        var life = JobLife.Running().End(0, TaskEnd.Succeeded).Do(new JobCommands.Hold(JobLife.Id, "ada"));

        Assert.Contains("has ended", Assert.IsType<JobReplies.Refused>(life.Last.Reply).Reason);
    }

    [Fact]
    public void A_preempted_job_is_preempting_until_its_ranks_have_ended()
    {
        var life = JobLife.Running(tasks: 2).Do(new Dispatch.Preempt(JobLife.Id, 1, new JobId("other"))).End(0, TaskEnd.Stopped);
        Assert.Equal(JobStatus.Preempting, life.Job.Status);

        life.Do(new JobCommands.Cancel(JobLife.Id, "ada"));
        Assert.Equal(JobStatus.Stopping, life.Job.Status);
    }

    [Fact]
    public void The_ledger_hears_how_a_job_ended_for_those_that_wait_for_it()
    {
        var life = JobLife.Running().End(0, TaskEnd.Succeeded);

        Assert.Equal([new Dispatch.Release(JobLife.Id, 1, JobStatus.Succeeded)], new JobContacts().OwedToScheduler(life.Job));
    }

    [Fact]
    public void Nothing_leads_out_of_an_ended_job() =>
        Assert.DoesNotContain(JobLifecycle.All, row => row.From.IsTerminal());

    [Fact]
    public void Every_status_can_be_reached_and_every_open_one_can_be_left()
    {
        Assert.Equal(
            Enum.GetValues<JobStatus>().ToHashSet(), JobLifecycle.All.Select(row => row.To).ToHashSet());
        Assert.Equal(
            Enum.GetValues<JobStatus>().Where(status => !status.IsTerminal()).ToHashSet(), JobLifecycle.All.Select(row => row.From).ToHashSet());
    }

    [Fact]
    public void A_journal_that_takes_a_turn_not_in_the_table_is_refused() => Assert.Throws<InvalidOperationException>(
        () => JobLife.Submitted().Job.Apply(new JobEvents.AttemptRunning(JobLife.Id, 1, JobLife.Start)));
}
