using FsCheck.Xunit;

namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>What must happen in the end.</summary>
public sealed class LivenessProperties
{
    private const int Cases = 2_000;
    private const string Seed = "(20261124,5)";

    private static readonly PendingReason[] Never =
    [
        PendingReason.InfeasibleNever, PendingReason.SelectorUnmatched, PendingReason.NoNodes, PendingReason.NodesCordoned,
        PendingReason.Held, PendingReason.Dependency,
    ];

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Every_feasible_job_starts_in_the_end_when_others_end(int[] numbers)
    {
        foreach (var policy in EveryPolicy.InTurn(numbers, 4, one => one.Preemption != "fair-share"))
        {
            var script = new Script(policy).Run(numbers);
            var rounds = 2 * (script.Core.PendingCount + script.Core.AllocationCount) + 2;
            while (rounds-- > 0 && (script.Core.AllocationCount > 0 || script.PlanAndCommit().Starts.Count > 0 || Waits(script)))
            {
                foreach (var held in script.Core.Allocations()) script.Apply(new JobEnded(script.Now, held.Job, held.Attempt));
                if (script.Core.NextWake(script.Now) is { } next) script.Advance(next);
                script.PlanAndCommit();
            }

            Assert.All(script.Core.Explain(script.Now), one => Assert.Contains(one.Reason, Never));
            Assert.Equal(0, script.Core.AllocationCount);
        }
    }

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Preemption_lowers_its_potential_every_time_and_so_comes_to_an_end(int[] numbers)
    {
        foreach (var policy in EveryPolicy.InTurn(numbers, 4, one => one.Preemption == "priority"))
        {
            var script = new Script(policy).Run(numbers);
            script.Advance(script.Now.AddHours(1));
            for (var node = 0; node < 5; node++) script.Apply(new NodeUncordoned(script.Now, $"n{node}"));
            Settle(script);
            var rounds = 0;
            int[]? potential = null;
            while (true)
            {
                var plan = script.PlanAndCommit();
                if (plan.Preempts.Count > 0)
                {
                    var now = Potential(script.Core);
                    Assert.True(potential is null || Falls(potential, now), "a preemption did not lower the potential");
                    potential = now;
                }

                if (!Settle(script) && plan.IsEmpty) break;
                Assert.True(rounds++ < 1_000, "preemption does not come to an end");
            }
        }
    }

    private static bool Waits(Script script) => script.Core.NextWake(script.Now) is not null;

    /// <summary>Every attempt asked to stop stops, and waits again with its next number at once.</summary>
    private static bool Settle(Script script)
    {
        var stopping = script.Core.Allocations().Where(held => held.IsStopping).ToList();
        foreach (var held in stopping)
        {
            script.Apply(new JobEnded(script.Now, held.Job, held.Attempt));
            script.Apply(new JobQueued(script.Now, held.Request with { Attempt = held.Attempt + 1, EligibleAt = script.Now }));
        }

        return stopping.Count > 0;
    }

    /// <summary>How many jobs of each priority, highest first, wait without a promise, or will once they have stopped.</summary>
    private static int[] Potential(SchedulerCore core)
    {
        var promised = core.Allocations().Select(held => held.Beneficiary).ToHashSet();
        var waiting = new int[3];
        foreach (var job in core.Pending().Where(job => !promised.Contains(job.Job))) waiting[2 - job.Priority]++;
        foreach (var held in core.Allocations().Where(held => held.IsStopping)) waiting[2 - held.Request.Priority]++;
        return waiting;
    }

    private static bool Falls(int[] from, int[] to)
    {
        for (var i = 0; i < from.Length; i++)
            if (from[i] != to[i])
                return to[i] < from[i];
        return false;
    }
}
