using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Tests.Jobs;

public sealed class JobContactsTests
{
    private readonly JobContacts _contacts = new();

    [Fact]
    public void A_waiting_job_asks_for_a_place_until_the_ledger_has_it()
    {
        var job = JobLife.Submitted().Job;
        Assert.IsType<Dispatch.Enqueue>(Assert.Single(_contacts.OwedToScheduler(job)));

        _contacts.Hear(new Dispatch.Enqueued(JobLife.Id, 1));
        Assert.Empty(_contacts.OwedToScheduler(job));
    }

    [Fact]
    public void An_ended_attempt_is_given_back_before_the_next_one_is_asked_for()
    {
        var job = JobLife.Running().End(0, TaskEnd.Failed).Job;

        Assert.Equal(
            [typeof(Dispatch.Release), typeof(Dispatch.Enqueue)], _contacts.OwedToScheduler(job).Select(m => m.GetType()));
    }

    [Fact]
    public void No_rank_runs_before_all_are_ready()
    {
        var job = JobLife.Submitted(tasks: 2).Place().Job;
        Assert.All(_contacts.OwedToWorkers(job), m => Assert.IsType<WorkerCommands.PrepareTask>(m));

        Assert.False(_contacts.Hear(new WorkerReports.TaskReady(JobLife.Id, 1, 0, "a:1"), job));
        Assert.Equal(1, Assert.IsType<WorkerCommands.PrepareTask>(Assert.Single(_contacts.OwedToWorkers(job))).Rank);

        Assert.True(_contacts.Hear(new WorkerReports.TaskReady(JobLife.Id, 1, 1, "b:2"), job));
        Assert.False(_contacts.Hear(new WorkerReports.TaskReady(JobLife.Id, 1, 1, "b:2"), job));
        Assert.All(_contacts.OwedToWorkers(job), m => Assert.Equal(["a:1", "b:2"], Assert.IsType<WorkerCommands.RunTask>(m).Endpoints));
    }

    [Fact]
    public void Every_rank_has_started_only_with_the_last_one()
    {
        var job = JobLife.Submitted(tasks: 2).Place().Job;

        Assert.False(_contacts.Hear(new WorkerReports.TaskStarted(JobLife.Id, 1, 0), job));
        Assert.False(_contacts.Hear(new WorkerReports.TaskStarted(JobLife.Id, 1, 0), job));
        Assert.True(_contacts.Hear(new WorkerReports.TaskStarted(JobLife.Id, 1, 1), job));
    }

    [Fact]
    public void Readiness_of_an_earlier_attempt_says_nothing_about_this_one()
    {
        var life = JobLife.Submitted().Place();
        _contacts.Hear(new WorkerReports.TaskReady(JobLife.Id, 1, 0, "a:1"), life.Job);
        life.End(0, TaskEnd.Failed).Place();

        _contacts.Hear(new WorkerReports.TaskReady(JobLife.Id, 1, 0, "a:1"), life.Job);

        Assert.Equal(2, Assert.IsType<WorkerCommands.PrepareTask>(Assert.Single(_contacts.OwedToWorkers(life.Job))).Attempt);
    }

    [Fact]
    public void A_gang_whose_first_rank_is_done_can_still_start_its_last()
    {
        var job = JobLife.Submitted(tasks: 2).Place().End(0, TaskEnd.Succeeded).Job;

        Assert.True(_contacts.Hear(new WorkerReports.TaskReady(JobLife.Id, 1, 1, "b:2"), job));
        Assert.Equal(1, Assert.IsType<WorkerCommands.RunTask>(Assert.Single(_contacts.OwedToWorkers(job))).Rank);
        Assert.True(_contacts.Hear(new WorkerReports.TaskStarted(JobLife.Id, 1, 1), job));
    }

    [Fact]
    public void A_worker_learns_what_its_task_may_use()
    {
        var job = JobLife.Submitted().Place().Job;

        Assert.Equal(job.Spec!.Resources, Assert.IsType<WorkerCommands.PrepareTask>(Assert.Single(_contacts.OwedToWorkers(job))).Resources);
    }

    [Fact]
    public void Only_ranks_that_still_run_are_asked_to_stop()
    {
        var job = JobLife.Running(tasks: 2).End(1, TaskEnd.Failed).Job;

        Assert.Equal(0, Assert.IsType<WorkerCommands.StopTask>(Assert.Single(_contacts.OwedToWorkers(job))).Rank);
    }

    [Fact]
    public void An_ended_job_gives_its_last_attempt_back_and_owes_nothing_more()
    {
        var job = JobLife.Running().End(0, TaskEnd.Succeeded).Job;
        Assert.IsType<Dispatch.Release>(Assert.Single(_contacts.OwedToScheduler(job)));
        Assert.Empty(_contacts.OwedToWorkers(job));

        _contacts.Hear(new Dispatch.Released(JobLife.Id, 1));
        Assert.Empty(_contacts.OwedToScheduler(job));
    }

    [Fact]
    public void A_hold_is_said_until_the_ledger_has_it()
    {
        var life = JobLife.Submitted();
        _contacts.Hear(new Dispatch.Enqueued(JobLife.Id, 1));
        life.Do(new JobCommands.Hold(JobLife.Id, "ada"));
        Assert.Equal([new Dispatch.SetHold(JobLife.Id, true, 1)], _contacts.OwedToScheduler(life.Job));

        _contacts.Hear(new Dispatch.HoldSet(JobLife.Id, 1));
        Assert.Empty(_contacts.OwedToScheduler(life.Job));

        life.Do(new JobCommands.Resume(JobLife.Id, "ada"));
        Assert.Equal([new Dispatch.SetHold(JobLife.Id, false, 2)], _contacts.OwedToScheduler(life.Job));
    }

    [Fact]
    public void A_job_that_is_woken_says_all_again()
    {
        var job = JobLife.Submitted().Job;
        _contacts.Hear(new Dispatch.Enqueued(JobLife.Id, 1));

        _contacts.Forget();

        Assert.IsType<Dispatch.Enqueue>(Assert.Single(_contacts.OwedToScheduler(job)));
    }
}
