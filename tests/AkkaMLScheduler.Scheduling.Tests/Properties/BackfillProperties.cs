using FsCheck.Xunit;

namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>What backfilling promises, over random workloads with gangs, shares of GPUs and several nodes.</summary>
public sealed class BackfillProperties
{
    private const int Cases = 2_000;
    private const string Seed = "(20261124,7)";
    private const int Jobs = 25;

    private static readonly PendingReason[] Never = [PendingReason.InfeasibleNever, PendingReason.SelectorUnmatched];

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Under_easy_the_head_never_starts_later_than_it_was_told(int seed)
    {
        var told = new Dictionary<string, DateTimeOffset>();
        Workday day = null!;
        day = new Workday(new SchedulingPolicy("fifo", "easy", "best-fit", "none"), seed, Jobs)
        {
            AfterPlan = plan =>
            {
                foreach (var promise in plan.Reservations)
                {
                    Assert.True(!told.TryGetValue(promise.Job, out var before) || promise.StartsAt <= before, $"{promise.Job} was delayed");
                    told[promise.Job] = promise.StartsAt;
                }
            },
        };
        day.Run();
        Assert.All(told, one => Assert.True(day.Starts[one.Key] <= one.Value));
    }

    [Property(MaxTest = 1_000, Replay = Seed)]
    public void Under_conservative_no_promise_ever_moves_later(int seed)
    {
        foreach (var order in PolicyRegistry.Orders)
        {
            var told = new Dictionary<string, DateTimeOffset>();
            Workday day = null!;
            day = new Workday(new SchedulingPolicy(order, "conservative", "best-fit", "none"), seed, Jobs)
            {
                AfterPlan = plan =>
                {
                    foreach (var waiting in day.Core.Pending())
                    {
                        if (day.Core.ReservationOf(waiting.Job) is not { } promise) continue;
                        Assert.True(
                            !told.TryGetValue(waiting.Job, out var before) || promise.StartsAt <= before, $"{waiting.Job} was put off under {order}");
                        told[waiting.Job] = promise.StartsAt;
                    }
                },
            };
            day.Run();
            Assert.All(told, one => Assert.True(day.Starts[one.Key] <= one.Value, $"{one.Key} started late under {order}"));
        }
    }

    [Property(MaxTest = 500, Replay = Seed)]
    public void Every_feasible_job_starts_and_nothing_is_over_allocated_whatever_passes_whom(int seed)
    {
        foreach (var order in PolicyRegistry.Orders)
        {
            foreach (var backfill in PolicyRegistry.Backfills)
            {
                Workday day = null!;
                day = new Workday(new SchedulingPolicy(order, backfill, "spread", "none"), seed, Jobs, everyEstimate: false)
                {
                    AfterPlan = _ => Witness.SeesNothingOverAllocated(day.Core),
                };
                day.Run();
                Assert.All(day.Core.Explain(day.Now), one => Assert.Contains(one.Reason, Never));
                Assert.Equal(0, day.Core.AllocationCount);
            }
        }
    }

    [Property(MaxTest = 500, Replay = Seed)]
    public void The_first_in_order_never_waits_when_there_is_room_for_it(int seed)
    {
        // Not so under conservative, where others may hold promises that it must not break.
        foreach (var backfill in new[] { "none", "easy" })
        {
            Workday day = null!;
            day = new Workday(new SchedulingPolicy("fifo", backfill, "best-fit", "none"), seed, Jobs)
            {
                AfterPlan = _ =>
                {
                    var first = day.Core.Explain(day.Now).FirstOrDefault(one => !Never.Contains(one.Reason));
                    Assert.NotEqual(PendingReason.Startable, first?.Reason);
                    if (first is not null) Assert.DoesNotContain(first.Job, WithoutOthers(day.Core, first.Job, day.Now));
                },
            };
            day.Run();
        }
    }

    /// <summary>What would start if this were the only job that waits.</summary>
    private static IEnumerable<string> WithoutOthers(SchedulerCore core, string job, DateTimeOffset now)
    {
        var fork = core.Fork();
        foreach (var other in fork.Pending().Where(other => other.Job != job)) fork.Apply(new JobEnded(now, other.Job, other.Attempt));
        return fork.Plan(now).Starts.Select(start => start.Job);
    }
}
