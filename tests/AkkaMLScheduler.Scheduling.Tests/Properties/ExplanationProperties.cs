using AkkaMLScheduler.Scheduling.Explaining;
using FsCheck.Xunit;

namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>An explanation is put to the test: do what it says, and the job starts.</summary>
public sealed class ExplanationProperties
{
    private const int Cases = 1_000;
    private const string Seed = "(20261124,9)";

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Without_its_blockers_a_job_starts_and_with_any_one_of_them_it_does_not(int[] numbers) => EachExplanation(numbers, (core, now, why) =>
    {
        if (why.Blockers is not { } blockers) return;
        var all = Removals(core, blockers, now).ToList();
        Assert.True(Starts(core, why.Job, now, all), $"{why.Job} does not start without {blockers}");
        for (var kept = 0; kept < all.Count; kept++)
            Assert.False(Starts(core, why.Job, now, [.. all[..kept], .. all[(kept + 1)..]]), $"{why.Job} starts with {all[kept]} kept");
    });

    [Property(MaxTest = Cases, Replay = Seed)]
    public void With_the_smaller_request_named_a_job_starts(int[] numbers) => EachExplanation(numbers, (core, now, why) =>
    {
        foreach (var alternative in why.Alternatives)
        {
            var state = core.Export();
            // Who asks for something else gives up the place held for the old request, and that room is free again.
            var changed = state with
            {
                Pending = [.. state.Pending.Select(one =>
                    one.Request.Job == why.Job ? one with { Request = alternative.Request, Reservation = null } : one)],
                CompressionDue = state.CompressionDue || core.ReservationOf(why.Job) is not null,
            };
            Assert.Contains(why.Job, SchedulerCore.Import(changed).Plan(now).Starts.Select(start => start.Job));
        }
    });

    [Property(MaxTest = Cases, Replay = Seed)]
    public void A_job_that_would_start_now_is_expected_to_start_now(int[] numbers) => EachExplanation(numbers, (core, now, why) =>
    {
        // What has run for longer than its estimate is expected to end now, but has not; its end changes the order where that goes by shares.
        var nobodyIsLate = core.Allocations().All(held => held.PredictedEnd is null || held.PredictedEnd > now);
        if (why.Reason == PendingReason.Startable && (nobodyIsLate || core.Policy.Order != "drf")) Assert.Equal(now, why.ExpectedStart);

        // A forecast takes those that are asked to stop (a node drained or leaving, a time limit) for gone at once.
        var plan = core.Plan(now);
        var nobodyStops = plan.Preempts.Count == 0 && plan.Expires.Count == 0 && core.Allocations().All(held => !held.IsStopping);
        if (why.ExpectedStart == now && nobodyIsLate && nobodyStops) Assert.Equal(PendingReason.Startable, why.Reason);
    });

    [Property(MaxTest = Cases, Replay = Seed)]
    public void What_is_called_startable_is_what_the_next_plan_starts(int[] numbers)
    {
        foreach (var policy in EveryPolicy.InTurn(numbers, 3))
        {
            var script = new Script(policy).Run(numbers);
            var startable = script.Core.Explain(script.Now).Where(why => why.Reason == PendingReason.Startable).Select(why => why.Job);
            var started = script.Core.Plan(script.Now).Starts.Select(start => start.Job);
            Assert.Equal(started.Order(StringComparer.Ordinal), startable.Order(StringComparer.Ordinal));
        }
    }

    private static void EachExplanation(int[] numbers, Action<SchedulerCore, DateTimeOffset, Explanation> check)
    {
        foreach (var policy in EveryPolicy.InTurn(numbers, 3, one => one.Preemption == "none"))
        {
            var script = new Script(policy).Run(numbers);
            foreach (var waiting in script.Core.Pending().Take(4)) check(script.Core, script.Now, script.Core.Explain(waiting.Job, script.Now)!);
        }
    }

    private static bool Starts(SchedulerCore core, string job, DateTimeOffset now, IEnumerable<SchedulerInput> removals)
    {
        var fork = core.Fork();
        foreach (var removal in removals) fork.Apply(removal);
        return fork.Plan(now).Starts.Any(start => start.Job == job);
    }

    private static IEnumerable<SchedulerInput> Removals(SchedulerCore core, Blockers blockers, DateTimeOffset now)
    {
        foreach (var node in blockers.Nodes) yield return new NodeUncordoned(now, node);
        foreach (var job in blockers.Pending) yield return new JobEnded(now, job, core.PendingOf(job)!.Attempt, JobVerdict.Succeeded);
        foreach (var job in blockers.Running) yield return new JobEnded(now, job, core.AllocationOf(job)!.Attempt, JobVerdict.Succeeded);
        Assert.Empty(blockers.Queues);
    }
}
