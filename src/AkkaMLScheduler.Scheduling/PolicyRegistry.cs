using AkkaMLScheduler.Scheduling.Backfilling;
using AkkaMLScheduler.Scheduling.Ordering;
using AkkaMLScheduler.Scheduling.Placing;
using AkkaMLScheduler.Scheduling.Preempting;

namespace AkkaMLScheduler.Scheduling;

/// <summary>The policies there are. A new one is one file in its folder and one line here.</summary>
public static class PolicyRegistry
{
    private static readonly SortedDictionary<string, IJobOrder> OrdersByName = new(StringComparer.Ordinal)
    {
        ["fifo"] = new FifoOrder(),
        ["priority"] = new PriorityOrder(),
    };

    private static readonly SortedDictionary<string, IBackfill> BackfillsByName = new(StringComparer.Ordinal)
    {
        ["none"] = new NoBackfill(),
    };

    private static readonly SortedDictionary<string, INodeChoice> PlacementsByName = new(StringComparer.Ordinal)
    {
        ["best-fit"] = new BestFit(),
    };

    private static readonly SortedDictionary<string, IPreemption> PreemptionsByName = new(StringComparer.Ordinal)
    {
        ["none"] = new NoPreemption(),
        ["priority"] = new PriorityPreemption(),
    };

    public static IReadOnlyCollection<string> Orders => OrdersByName.Keys;

    public static IReadOnlyCollection<string> Backfills => BackfillsByName.Keys;

    public static IReadOnlyCollection<string> Placements => PlacementsByName.Keys;

    public static IReadOnlyCollection<string> Preemptions => PreemptionsByName.Keys;

    /// <summary>Checks the four names without building anything.</summary>
    /// <exception cref="UnknownPolicyException">One of the names is not registered; the message lists those that are.</exception>
    public static void Check(SchedulingPolicy policy) => Resolve(policy);

    internal static Policies Resolve(SchedulingPolicy policy) => new(
        Find(OrdersByName, "order", policy.Order),
        Find(BackfillsByName, "backfill", policy.Backfill),
        Find(PlacementsByName, "placement", policy.Placement),
        Find(PreemptionsByName, "preemption", policy.Preemption));

    private static T Find<T>(SortedDictionary<string, T> known, string kind, string name) =>
        known.TryGetValue(name ?? "", out var found) ? found : throw new UnknownPolicyException(kind, name ?? "", known.Keys);
}
