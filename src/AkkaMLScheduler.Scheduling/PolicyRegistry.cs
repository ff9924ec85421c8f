using AkkaMLScheduler.Scheduling.Backfilling;
using AkkaMLScheduler.Scheduling.Ordering;
using AkkaMLScheduler.Scheduling.Placing;
using AkkaMLScheduler.Scheduling.Preempting;

namespace AkkaMLScheduler.Scheduling;

/// <summary>The policies there are. A new one is one file in its folder and one line here.</summary>
public static class PolicyRegistry
{
    private static readonly SortedDictionary<string, Func<SchedulingPolicy, IJobOrder>> OrdersByName = new(StringComparer.Ordinal)
    {
        ["drf"] = policy => new DominantResourceFairness(policy.AgeingPerHour),
        ["fifo"] = _ => new FifoOrder(),
        ["priority"] = policy => new PriorityOrder(policy.AgeingPerHour),
        ["sjf"] = _ => new ShortestFirst(),
    };

    private static readonly SortedDictionary<string, Func<SchedulingPolicy, IBackfill>> BackfillsByName = new(StringComparer.Ordinal)
    {
        ["none"] = _ => new NoBackfill(),
        ["easy"] = _ => new Easy(),
        ["conservative"] = _ => new Conservative(),
    };

    private static readonly SortedDictionary<string, Func<SchedulingPolicy, INodeChoice>> PlacementsByName = new(StringComparer.Ordinal)
    {
        ["best-fit"] = _ => new BestFit(),
        ["spread"] = _ => new Spread(),
        ["fgd"] = _ => new Fgd(),
        ["random"] = policy => new SeededRandom(policy.Seed),
    };

    private static readonly SortedDictionary<string, Func<SchedulingPolicy, IPreemption>> PreemptionsByName = new(StringComparer.Ordinal)
    {
        ["none"] = _ => new NoPreemption(),
        ["priority"] = _ => new PriorityPreemption(),
        ["fair-share"] = _ => new FairSharePreemption(),
    };

    public static IReadOnlyCollection<string> Orders => OrdersByName.Keys;

    public static IReadOnlyCollection<string> Backfills => BackfillsByName.Keys;

    public static IReadOnlyCollection<string> Placements => PlacementsByName.Keys;

    public static IReadOnlyCollection<string> Preemptions => PreemptionsByName.Keys;

    /// <summary>Checks the four names without building anything.</summary>
    /// <exception cref="UnknownPolicyException">One of the names is not registered; the message lists those that are.</exception>
    public static void Check(SchedulingPolicy policy) => Resolve(policy);

    internal static Policies Resolve(SchedulingPolicy policy) => new(
        Find(OrdersByName, "order", policy.Order)(policy),
        Find(BackfillsByName, "backfill", policy.Backfill)(policy),
        Find(PlacementsByName, "placement", policy.Placement)(policy),
        Find(PreemptionsByName, "preemption", policy.Preemption)(policy));

    private static T Find<T>(SortedDictionary<string, T> known, string kind, string name) =>
        known.TryGetValue(name ?? "", out var found) ? found : throw new UnknownPolicyException(kind, name ?? "", known.Keys);
}
