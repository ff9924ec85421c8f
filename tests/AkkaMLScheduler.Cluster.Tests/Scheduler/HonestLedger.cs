using System.Globalization;
using System.Text.Json;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Cluster.Wire;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Tests.Scheduler;

/// <summary>Writes a ledger the way the scheduler does: some inputs, a plan, both stored; jobs come, run, end early or late, nodes go and come back.</summary>
internal static class HonestLedger
{
    private const int Nodes = 8;
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static List<LedgerEntry> Write(SchedulingPolicy policy, int entries) => Write(policy, entries, out _, snapshotAfter: 0);

    /// <param name="snapshot">The state after <paramref name="snapshotAfter"/> entries, as it is stored and read back.</param>
    public static List<LedgerEntry> Write(SchedulingPolicy policy, int entries, out SchedulerSnapshot? snapshot, int snapshotAfter)
    {
        snapshot = null;
        var random = new Random(7);
        var core = new SchedulerCore(SchedulingPolicy.Default);
        var ledger = new List<LedgerEntry>();
        var now = Start;
        var jobs = 0;
        while (ledger.Count < entries)
        {
            now += TimeSpan.FromSeconds(random.Next(1, 30));
            List<SchedulerInput> inputs = ledger.Count == 0
                ? [new PolicyChanged(now, policy), .. Enumerable.Range(0, Nodes).Select(i => new NodeUp(now, Node(i, "a")))]
                : [.. Enumerable.Range(0, random.Next(0, 4)).Select(_ => Some(core, random, now, ref jobs))];
            var changes = inputs.Where(input => core.Apply(input).Changed).Select(LedgerInput.Of).ToList();
            var plan = core.Plan(now);
            core.Commit(plan);
            if (changes.Count == 0 && plan.IsEmpty) continue;
            ledger.Add(Stored(LedgerEntry.Of(now, changes, planned: true, plan)));
            if (ledger.Count == snapshotAfter) snapshot = Stored(core.Export());
        }

        return ledger;
    }

    private static SchedulerInput Some(SchedulerCore core, Random random, DateTimeOffset now, ref int jobs)
    {
        var running = core.Allocations();
        return random.Next(0, 20) switch
        {
            < 10 => new JobQueued(now, Job(random, now, jobs++)),
            < 18 when running.Count > 0 => new JobEnded(now, running[random.Next(running.Count)].Job, 1),
            18 when core.NodeCount > Nodes / 2 => new NodeLost(now, core.Nodes()[0].Node, core.Nodes()[0].Capacity.Incarnation),
            _ => new NodeUp(now, Node(random.Next(Nodes), jobs.ToString(CultureInfo.InvariantCulture))),
        };
    }

    private static JobRequest Job(Random random, DateTimeOffset now, int number) => new(
        $"job-{number.ToString(CultureInfo.InvariantCulture)}", 1, random.Next(2) == 0 ? "research" : "default", random.Next(0, 5), random.Next(1, 4),
        new Resources(1000, 1 << 20, random.Next(0, 3) * (long)Resources.PerGpu), now, now.AddSeconds(random.Next(0, 20)))
    {
        Estimate = TimeSpan.FromSeconds(random.Next(30, 600)),
        TimeLimit = random.Next(4) == 0 ? TimeSpan.FromSeconds(120) : null,
    };

    private static NodeCapacity Node(int number, string incarnation) => new(
        $"node-{number.ToString(CultureInfo.InvariantCulture)}", incarnation, new Resources(8000, 1 << 30, 4 * (long)Resources.PerGpu), NodeCapacity.NoLabels);

    /// <summary>As it comes out of the database.</summary>
    private static T Stored<T>(T value)
    {
        var json = LedgerSerializer.Types.Single(t => t.Type == typeof(T)).Json;
        return (T)JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, json), json)!;
    }
}
