namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>
/// A random life of a cluster. Every number is one step, chosen by the number and what is going on; a shorter array is a shorter life, so
/// a failing case shrinks. Records what was applied and committed, so that it can be replayed.
/// </summary>
internal sealed class Script(SchedulingPolicy policy)
{
    private readonly List<SchedulerInput> _inputs = [];
    private int _jobs;
    private int _lives;

    public SchedulerCore Core { get; private set; } = new(policy);

    public DateTimeOffset Now { get; private set; } = Given.Start;

    /// <summary>Inputs and plans in the order they happened.</summary>
    public List<object> Ledger { get; } = [];

    /// <summary>Called after every step.</summary>
    public Action<SchedulerCore> AfterStep { get; init; } = _ => { };

    public Action<Plan> AfterPlan { get; init; } = _ => { };

    /// <summary>Replaces the core at each plan; a fork or an import must make no difference.</summary>
    public Func<SchedulerCore, SchedulerCore> Replace { get; init; } = core => core;

    public bool NodesFail { get; init; } = true;

    public Script Run(IEnumerable<int> numbers)
    {
        for (var i = 0; i < 3; i++) NodeUp(new Random(i), $"n{i}");
        foreach (var (index, number) in numbers.Index())
        {
            Step(new Random(unchecked(number * 7919 + index)));
            AfterStep(Core);
        }

        return this;
    }

    public Plan PlanAndCommit()
    {
        Core = Replace(Core);
        var plan = Core.Plan(Now);
        Core.Commit(plan);
        Ledger.Add(plan);
        AfterPlan(plan);
        return plan;
    }

    public ApplyResult Apply(SchedulerInput input)
    {
        _inputs.Add(input);
        Ledger.Add(input);
        return Core.Apply(input);
    }

    public void Advance(DateTimeOffset to) => Now = to > Now ? to : Now;

    private void Step(Random random)
    {
        Now = Now.AddMilliseconds(random.Next(0, 3) * 500);
        switch (random.Next(20))
        {
            case < 7:
                Queue(random);
                break;
            case < 13:
                PlanAndCommit();
                break;
            case < 16 when Core.AllocationCount > 0:
                var held = Pick(random, Core.Allocations());
                Apply(new JobEnded(Now, held.Job, held.Attempt));
                if (random.Next(2) == 0)
                    Apply(new JobQueued(
                        Now, held.Request with { Attempt = held.Attempt + 1, EligibleAt = Now.AddSeconds(random.Next(4)) }));
                break;
            case 16 when Core.PendingCount > 0:
                var waiting = Pick(random, Core.Pending());
                Apply(new JobEnded(Now, waiting.Job, waiting.Attempt));
                break;
            case 17 when NodesFail && Core.NodeCount > 0:
                var lost = Pick(random, Core.Nodes());
                Apply(new NodeLost(Now, lost.Node, lost.Capacity.Incarnation));
                break;
            case 18 when NodesFail:
                NodeUp(random, $"n{random.Next(5)}");
                break;
            case 19 when _inputs.Count > 0:
                Apply(Pick(random, _inputs));
                break;
        }
    }

    private void Queue(Random random)
    {
        var selector = new Dictionary<string, string>();
        if (random.Next(5) == 0) selector["zone"] = $"z{random.Next(3)}";
        Apply(new JobQueued(Now, new JobRequest(
            $"j{_jobs++}", 1, "default", random.Next(3), random.Next(1, 5),
            new Resources(random.Next(4) * 1000, random.Next(3) * 100, random.Next(3)),
            Now, Now.AddSeconds(Math.Max(0, random.Next(-6, 3))), null, random.Next(3), selector)));
    }

    private void NodeUp(Random random, string name) => Apply(new NodeUp(Now, new NodeCapacity(
        name, $"life{_lives++}", new Resources(random.Next(2, 9) * 1000, random.Next(1, 9) * 100, random.Next(0, 5)),
        new Dictionary<string, string> { ["zone"] = $"z{random.Next(2)}" })));

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
