namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>
/// A random life of a cluster. Every number is one step, chosen by the number and what is going on; a shorter array is a shorter life, so
/// a failing case shrinks. Records what was applied and committed, so that it can be replayed.
/// </summary>
internal sealed class Script(SchedulingPolicy policy)
{
    /// <summary>So many jobs of the one array may run at once.</summary>
    public const int ArrayLimit = 2;

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

    /// <summary>Whether jobs may be held, and wait for others or for their array.</summary>
    public bool JobsWait { get; init; } = true;

    /// <summary>Where jobs are queued.</summary>
    public IReadOnlyList<string> Queues { get; init; } = ["q0", "q1", "q2"];

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
                var retries = random.Next(2) == 0;
                Apply(new JobEnded(Now, held.Job, held.Attempt, retries ? null : JobVerdict.Succeeded));
                if (retries)
                    Apply(new JobQueued(
                        Now, held.Request with { Attempt = held.Attempt + 1, EligibleAt = Now.AddSeconds(random.Next(4)) }));
                break;
            case 16 when Core.PendingCount > 0:
                var waiting = Pick(random, Core.Pending());
                Apply(random.Next(4) switch
                {
                    0 when JobsWait => new JobHeld(Now, waiting.Job),
                    1 => new JobReleased(Now, waiting.Job),
                    _ => new JobEnded(Now, waiting.Job, waiting.Attempt, JobVerdict.Cancelled),
                });
                break;
            case 17 when NodesFail && Core.NodeCount > 0:
                var lost = Pick(random, Core.Nodes());
                Apply(new NodeLost(Now, lost.Node, lost.Capacity.Incarnation));
                break;
            case 18 when NodesFail:
                var name = $"n{random.Next(5)}";
                switch (random.Next(6))
                {
                    case 3:
                        Apply(new NodeLeaving(Now, name, Core.Nodes().FirstOrDefault(node => node.Node == name)?.Capacity.Incarnation ?? "none"));
                        break;
                    case 0:
                        Apply(new NodeCordoned(Now, name));
                        break;
                    case 1:
                        Apply(new NodeDrained(Now, name));
                        break;
                    case 2:
                        Apply(new NodeUncordoned(Now, name));
                        break;
                    default:
                        NodeUp(random, name);
                        break;
                }

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
        var tasks = random.Next(1, 5);
        var gpu = random.Next(5) == 0 ? random.Next(1, 10) * 100 : random.Next(3) * Resources.PerGpu;
        var number = _jobs++;
        Apply(new JobQueued(Now, new JobRequest(
            $"j{number}", 1, Queues[random.Next(Queues.Count)], random.Next(3), tasks, new Resources(random.Next(4) * 1000, random.Next(3) * 100, gpu),
            Now, Now.AddSeconds(Math.Max(0, random.Next(-6, 3))))
        {
            MinTasks = random.Next(4) == 0 ? random.Next(1, tasks + 1) : null,
            Estimate = random.Next(4) > 0 ? TimeSpan.FromSeconds(random.Next(1, 20)) : null,
            Selector = selector,
            Held = JobsWait && random.Next(12) == 0,
            After = JobsWait && number > 0 && random.Next(10) == 0 ? [new JobDependency($"j{random.Next(number)}", DependencyKind.AfterAny)] : [],
            Array = JobsWait && random.Next(6) == 0 ? "array" : null,
            ArrayLimit = ArrayLimit,
        }));
    }

    private void NodeUp(Random random, string name) => Apply(new NodeUp(Now, new NodeCapacity(
        name, $"life{_lives++}", new Resources(random.Next(2, 9) * 1000, random.Next(1, 9) * 100, random.Next(0, 5) * Resources.PerGpu),
        new Dictionary<string, string> { ["zone"] = $"z{random.Next(2)}" })));

    private static T Pick<T>(Random random, IReadOnlyList<T> from) => from[random.Next(from.Count)];
}
