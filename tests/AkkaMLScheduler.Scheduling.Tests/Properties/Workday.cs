namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>
/// A random workload on a few nodes that never fail, run to its end in virtual time: jobs come, run for at most their estimate, and end.
/// </summary>
internal sealed class Workday
{
    private readonly PriorityQueue<(string Job, int Attempt), (DateTimeOffset End, int Number)> _running = new();
    private readonly Queue<(JobRequest Request, TimeSpan Run)> _arrivals;
    private readonly Dictionary<string, TimeSpan> _runs = new(StringComparer.Ordinal);
    private int _started;

    /// <param name="policy">How to schedule.</param>
    /// <param name="seed">Draws nodes and jobs.</param>
    /// <param name="jobs">How many come.</param>
    /// <param name="everyEstimate">False: one in six jobs has no estimate.</param>
    public Workday(SchedulingPolicy policy, int seed, int jobs, bool everyEstimate = true)
    {
        var random = new Random(seed);
        Core = new SchedulerCore(policy);
        for (var node = random.Next(1, 4); node > 0; node--)
            Core.Apply(new NodeUp(Given.Start, new NodeCapacity(
                $"n{node}", "1", new Resources(random.Next(2, 9) * 1000, 0, random.Next(0, 5) * 1000),
                new Dictionary<string, string> { ["rack"] = $"r{node % 2}" })));
        var at = Given.Start;
        _arrivals = new Queue<(JobRequest Request, TimeSpan Run)>();
        for (var number = 0; number < jobs; number++)
        {
            at = at.AddSeconds(random.Next(0, 8));
            var run = TimeSpan.FromSeconds(random.Next(1, 40));
            var gpu = random.Next(5) == 0 ? random.Next(1, 10) * 100 : random.Next(3) * 1000;
            var request = new JobRequest(
                $"j{number}", 1, $"q{random.Next(3)}", random.Next(3), random.Next(4) == 0 ? random.Next(2, 5) : 1,
                new Resources(random.Next(1, 6) * 1000, 0, gpu), at, at)
            {
                Estimate = !everyEstimate && random.Next(6) == 0 ? null : run + TimeSpan.FromSeconds(random.Next(3) == 0 ? 0 : random.Next(60)),
            };
            _arrivals.Enqueue((request, run));
        }
    }

    public SchedulerCore Core { get; }

    public DateTimeOffset Now { get; private set; } = Given.Start;

    /// <summary>When each job last started.</summary>
    public Dictionary<string, DateTimeOffset> Starts { get; } = new(StringComparer.Ordinal);

    /// <summary>Called after each committed plan.</summary>
    public Action<Plan> AfterPlan { get; init; } = _ => { };

    /// <summary>Until nothing is left to happen.</summary>
    public Workday Run()
    {
        while (Next() is { } now)
        {
            Now = now;
            while (_running.TryPeek(out var ended, out var end) && end.End <= now)
            {
                _running.Dequeue();
                Core.Apply(new JobEnded(now, ended.Job, ended.Attempt, JobVerdict.Succeeded));
            }

            while (_arrivals.TryPeek(out var next) && next.Request.SubmittedAt <= now)
            {
                _arrivals.Dequeue();
                _runs[next.Request.Job] = next.Run;
                Assert.True(Core.Apply(new JobQueued(now, next.Request)).Changed);
            }

            Cycle();
        }

        return this;
    }

    private DateTimeOffset? Next()
    {
        DateTimeOffset?[] instants =
        [
            _arrivals.TryPeek(out var arrival) ? arrival.Request.SubmittedAt : null,
            _running.TryPeek(out _, out var end) ? end.End : null,
            Core.NextWake(Now),
        ];
        return instants.Min();
    }

    private void Cycle()
    {
        var plan = Core.Plan(Now);
        Core.Commit(plan);
        foreach (var start in plan.Starts)
        {
            Starts[start.Job] = Now;
            _running.Enqueue((start.Job, start.Attempt), (Now + _runs[start.Job], _started++));
        }

        AfterPlan(plan);
    }
}
