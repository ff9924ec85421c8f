using FsCheck.Xunit;

namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>What must never happen, over random lives of small clusters with failing nodes, retries and repeated inputs.</summary>
public sealed class SafetyProperties
{
    private const int Cases = 2_000;
    private const string Seed = "(20261124,1)";

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Nothing_is_ever_over_allocated_under_any_policy(int[] numbers)
    {
        foreach (var policy in EveryPolicy.InTurn(numbers, 6)) new Script(policy) { AfterStep = Witness.SeesNothingOverAllocated }.Run(numbers);
    }

    [Property(MaxTest = Cases, Replay = Seed)]
    public void No_array_and_no_queue_is_ever_beyond_its_limit_under_any_policy(int[] numbers)
    {
        var quota = new Resources(6_000, 300, 2_500);
        foreach (var policy in EveryPolicy.InTurn(numbers, 2))
        {
            var script = new Script(policy)
            {
                AfterStep = core =>
                {
                    var running = core.Allocations();
                    Assert.True(running.Count(held => held.Request.Array is not null) <= Script.ArrayLimit, "too many of the array run");
                    var used = running.Where(held => held.Request.Queue == "q0")
                        .Aggregate(Resources.None, (sum, held) => sum + held.Request.PerTask * held.Placements.Count);
                    Assert.True(quota.Covers(used), $"q0 uses {used} of its quota of {quota}");
                },
            };
            script.Apply(new QueuesChanged(script.Now, [new QueueSpec("q0", 1) { Quota = quota }]));
            script.Run(numbers);
        }
    }

    [Property(MaxTest = Cases, Replay = Seed)]
    public void A_gang_starts_whole_and_on_nodes_it_selects(int[] numbers)
    {
        Script script = null!;
        script = new Script(Given.Evicting)
        {
            AfterPlan = plan =>
            {
                var nodes = script.Core.Nodes().ToDictionary(node => node.Node);
                foreach (var start in plan.Starts)
                {
                    var request = script.Core.AllocationOf(start.Job)!.Request;
                    Assert.InRange(start.Placements.Count, request.FewestTasks, request.Tasks);
                    Assert.Equal(Enumerable.Range(0, start.Placements.Count), start.Placements.Select(placement => placement.Rank));
                    foreach (var placement in start.Placements)
                    {
                        var node = nodes[placement.Node];
                        Assert.Equal(node.Capacity.Incarnation, placement.Incarnation);
                        Assert.All(request.Selector, pair => Assert.Equal(pair.Value, node.Capacity.Labels[pair.Key]));
                    }
                }
            },
        };
        script.Run(numbers);
    }

    [Property(MaxTest = Cases, Replay = Seed)]
    public void No_job_starts_before_it_is_eligible_or_while_an_earlier_attempt_runs(int[] numbers)
    {
        Script script = null!;
        script = new Script(Given.Evicting)
        {
            AfterPlan = plan =>
            {
                Assert.Equal(plan.Starts.Count, plan.Starts.Select(start => start.Job).Distinct().Count());
                Assert.All(plan.Starts, start => Assert.True(script.Core.AllocationOf(start.Job)!.Request.EligibleAt <= plan.At));
            },
        };
        script.Run(numbers);
    }

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Victims_are_always_of_lower_priority_and_their_room_is_needed_and_enough(int[] numbers)
    {
        Script script = null!;
        SchedulerCore before = null!;
        script = new Script(Given.Evicting)
        {
            Replace = core =>
            {
                before = core.Fork();
                return core;
            },
            AfterPlan = plan =>
            {
                var victims = plan.Preempts.Where(one => one.Beneficiary is not null).ToList();
                if (victims.Count == 0) return;
                var head = script.Core.PendingOf(victims[0].Beneficiary!)!;
                Assert.All(victims, victim => Assert.True(before.AllocationOf(victim.Job)!.Request.Priority < head.Priority));
                Assert.Contains(head.Job, StartsOnceGone(script.Core.Fork(), plan, spared: null));
                foreach (var victim in victims) Assert.DoesNotContain(head.Job, StartsOnceGone(script.Core.Fork(), plan, victim));
            },
        };
        script.Run(numbers);
    }

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Under_fifo_equally_eligible_jobs_start_in_the_order_of_submission(int[] numbers)
    {
        var latest = DateTimeOffset.MinValue;
        Script script = null!;
        script = new Script(Given.Fifo)
        {
            NodesFail = false,
            JobsWait = false,
            AfterPlan = plan =>
            {
                foreach (var start in plan.Starts)
                {
                    var request = script.Core.AllocationOf(start.Job)!.Request;
                    // A backoff may let others pass, and so may its end.
                    if (request.EligibleAt > request.SubmittedAt || request.Attempt > 1) continue;
                    Assert.True(request.SubmittedAt >= latest, "a later submitted job has started before");
                    latest = request.SubmittedAt;
                }
            },
        };
        script.Run(numbers);
    }

    [Property(MaxTest = Cases, Replay = Seed)]
    public void Inputs_told_again_change_nothing(int[] numbers)
    {
        var script = new Script(Given.Evicting).Run(numbers);
        var before = script.Core.Export();
        var told = script.Ledger.OfType<SchedulerInput>().Where(one => one is JobQueued or JobEnded or NodeUp or NodeLost);
        Assert.All(told, input => Assert.False(script.Core.Apply(input).Changed, $"{input}"));
        Assert.Equal(before, script.Core.Export());
    }

    private static IEnumerable<string> StartsOnceGone(SchedulerCore core, Plan plan, PreemptDecision? spared)
    {
        foreach (var held in core.Allocations().Where(held => held.IsStopping && held.Job != spared?.Job))
            core.Apply(new JobEnded(plan.At, held.Job, held.Attempt));
        return core.Plan(plan.At).Starts.Select(start => start.Job);
    }
}
