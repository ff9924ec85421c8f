namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>All combinations of what is registered. A property over thousands of cases tries a few of them in each, taking turns.</summary>
internal static class EveryPolicy
{
    private static readonly SchedulingPolicy[] All =
    [
        .. from order in PolicyRegistry.Orders
           from backfill in PolicyRegistry.Backfills
           from placement in PolicyRegistry.Placements
           from preemption in PolicyRegistry.Preemptions
           select new SchedulingPolicy(order, backfill, placement, preemption),
    ];

    /// <summary>Some of them, drawn by what the case is made of, so that a failing case fails again.</summary>
    public static IEnumerable<SchedulingPolicy> InTurn(int[] numbers, int count, Func<SchedulingPolicy, bool>? which = null)
    {
        var policies = which is null ? All : [.. All.Where(which)];
        var first = numbers.Aggregate(numbers.Length, (sum, number) => unchecked(sum * 31 + number)) & int.MaxValue;
        for (var i = 0; i < count; i++) yield return policies[(int)((first + (long)i * 7919) % policies.Length)];
    }
}
