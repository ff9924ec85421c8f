using FsCheck.Xunit;
using static AkkaMLScheduler.Scheduling.Tests.Fairness.Sharing;

namespace AkkaMLScheduler.Scheduling.Tests.Fairness;

/// <summary>
/// What Ghodsi et al. (NSDI 2011) prove of dominant resource fairness for tasks that can be divided, here for whole ones: each within
/// what the rounding to tasks can cost. Users have unlimited demand, each for its own kind of task.
/// </summary>
public sealed class FairnessProperties
{
    private const int Cases = 2_000;
    private const string Seed = "(20261124,9)";
    private const int Any = int.MaxValue / 2;
    private const double Slack = 1e-9;

    [Property(MaxTest = Cases, Replay = Seed, StartSize = Any, EndSize = Any)]
    public void Sharing_incentive_Nobody_is_better_off_with_a_part_of_the_cluster_of_its_own(int seed)
    {
        var party = Party.Random(seed, weighted: true);
        var tasks = party.Share();
        // When a user is blocked, nobody is more than one task ahead of it, and something it needs is used up but for less than a task.
        var rounding = Enumerable.Range(0, party.Users).Sum(party.TaskShare);
        for (var user = 0; user < party.Users; user++)
        {
            var entitled = party.Weights[user] / (double)party.Weights.Sum();
            Assert.True(tasks[user] * party.TaskShare(user) >= entitled * (1 - rounding) - Slack, $"user {user} has {tasks[user]} tasks in {party}");
        }
    }

    [Property(MaxTest = Cases, Replay = Seed, StartSize = Any, EndSize = Any)]
    public void Envy_freeness_Nobody_would_run_more_with_what_another_has_without_one_task(int seed)
    {
        var party = Party.Random(seed, weighted: false);
        var tasks = party.Share();
        for (var user = 0; user < party.Users; user++)
            for (var other = 0; other < party.Users; other++)
                Assert.True(party.Times(party.Asks[other] * (tasks[other] - 1), user) <= tasks[user], $"user {user} envies {other} in {party}");
    }

    [Property(MaxTest = Cases, Replay = Seed, StartSize = Any, EndSize = Any)]
    public void Pareto_efficiency_No_further_task_of_anybody_fits(int seed)
    {
        var party = Party.Random(seed, weighted: true);
        var tasks = party.Share();
        var used = Enumerable.Range(0, party.Users).Aggregate(Resources.None, (sum, user) => sum + party.Asks[user] * tasks[user]);
        for (var user = 0; user < party.Users; user++)
            Assert.False(party.Total.Covers(used + party.Asks[user]), $"another task of user {user} fits in {party}");
    }

    [Property(MaxTest = Cases, Replay = Seed, StartSize = Any, EndSize = Any)]
    public void Strategy_proofness_Nobody_runs_more_by_asking_for_something_else(int seed)
    {
        var party = Party.Random(seed, weighted: false);
        var lie = Party.Random(~seed, weighted: false).Asks[0];
        var honest = party.Share()[0];
        var bundle = lie * (party with { Asks = [lie, .. party.Asks[1..]] }).Share()[0];
        // Others may be one task off as well, which the liar then gets.
        var rounding = Enumerable.Range(0, party.Users).Sum(party.TaskShare);
        var gain = (party.Times(bundle, 0) - honest) * party.TaskShare(0);
        Assert.True(gain <= rounding + Slack, $"claiming {lie} gains {gain} in {party}");
    }

    [Property(MaxTest = Cases, Replay = Seed, StartSize = Any, EndSize = Any)]
    public void Single_resource_fairness_One_resource_is_divided_by_weight(int seed)
    {
        var random = new Random(seed);
        var weights = Enumerable.Range(0, random.Next(2, 6)).Select(_ => random.Next(1, 5)).ToArray();
        var each = Amount(1, 0);
        var party = new Party(Amount(weights.Sum() * random.Next(1, 20), 0), [.. weights.Select(_ => each)], weights);
        var perWeight = party.Total.MilliCpu / 1000 / weights.Sum();
        Assert.Equal(weights.Select(weight => weight * perWeight), party.Share().Select(tasks => (long)tasks));
    }

    [Property(MaxTest = Cases, Replay = Seed, StartSize = Any, EndSize = Any)]
    public void Population_monotonicity_Nobody_loses_when_another_leaves(int seed)
    {
        // Only of users who all need something of everything: otherwise one who gains may take what a third needs.
        var party = Party.Random(seed, weighted: false, leastPart: 1);
        var before = party.Share();
        var after = (party with { Asks = party.Asks[..^1], Weights = party.Weights[..^1] }).Share();
        var rounding = Enumerable.Range(0, party.Users).Sum(party.TaskShare);
        for (var user = 0; user < after.Length; user++)
            Assert.True((before[user] - after[user]) * party.TaskShare(user) <= rounding + Slack, $"user {user} loses in {party}");
    }

    /// <summary>Users who share one node; each wants as many tasks as would fit alone.</summary>
    private sealed record Party(Resources Total, Resources[] Asks, int[] Weights)
    {
        public int Users => Asks.Length;

        /// <param name="seed">Drawn from.</param>
        /// <param name="weighted">Otherwise all weigh the same.</param>
        /// <param name="leastPart">What each asks of everything at least.</param>
        public static Party Random(int seed, bool weighted, int leastPart = 0)
        {
            var random = new Random(seed);
            var users = random.Next(2, 5);
            var total = Amount(random.Next(200, 401), random.Next(200, 401), random.Next(200, 401));
            return new Party(
                total, [.. Enumerable.Range(0, users).Select(_ => Ask(random, leastPart))], [.. Enumerable.Range(0, users).Select(_ => weighted ? random.Next(1, 4) : 1)]);
        }

        /// <summary>Whole GPUs on one node, so that nothing is lost between devices.</summary>
        private static Resources Ask(Random random, int leastPart)
        {
            while (true)
            {
                var ask = Amount(Part(random, leastPart), Part(random, leastPart), Part(random, leastPart));
                if (ask != Resources.None) return ask;
            }
        }

        private static int Part(Random random, int least) => random.Next(3) == 0 ? least : random.Next(1, 9);

        /// <summary>How many tasks each gets.</summary>
        public int[] Share()
        {
            var core = Cluster(Total, [.. Weights.Select((weight, user) => new QueueSpec(Name(user), weight))]);
            for (var user = 0; user < Users; user++) core.Wants(Name(user), Times(Total, user), Asks[user]);
            var tasks = new int[Users];
            foreach (var user in core.Plan(Given.At(1)).Served()) tasks[user[0] - 'a']++;
            return tasks;
        }

        /// <summary>How many tasks of this user an amount is enough for.</summary>
        public int Times(Resources amount, int user)
        {
            var ask = Asks[user];
            var times = int.MaxValue;
            if (ask.MilliCpu > 0) times = (int)Math.Min(times, amount.MilliCpu / ask.MilliCpu);
            if (ask.MemoryBytes > 0) times = (int)Math.Min(times, amount.MemoryBytes / ask.MemoryBytes);
            if (ask.MilliGpu > 0) times = (int)Math.Min(times, amount.MilliGpu / ask.MilliGpu);
            return times;
        }

        /// <summary>The dominant share of one of the user's tasks.</summary>
        public double TaskShare(int user) => Math.Max(
            Asks[user].MilliCpu / (double)Total.MilliCpu,
            Math.Max(Asks[user].MemoryBytes / (double)Total.MemoryBytes, Asks[user].MilliGpu / (double)Total.MilliGpu));

        public override string ToString() => $"{Total}: {string.Join(" | ", Asks)} by {string.Join(":", Weights)}";

        private static string Name(int user) => ((char)('a' + user)).ToString();
    }
}
