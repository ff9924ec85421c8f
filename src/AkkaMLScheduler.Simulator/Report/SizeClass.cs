using System.Numerics;

namespace AkkaMLScheduler.Simulator.Report;

/// <summary>How long jobs of about one size waited.</summary>
/// <param name="Exponent">The class holds sizes above 2^(e-1) and up to 2^e; that of 0 holds shares of one, too.</param>
/// <param name="Jobs">How many.</param>
/// <param name="WaitMedianSeconds">Half of them waited no longer.</param>
/// <param name="WaitP95Seconds">19 of 20 waited no longer.</param>
internal sealed record SizeClass(int Exponent, int Jobs, double WaitMedianSeconds, double WaitP95Seconds)
{
    /// <summary>The classes that have jobs, ascending.</summary>
    public static IReadOnlyList<SizeClass> Of(IEnumerable<JobOutcome> jobs) =>
    [
        .. jobs.GroupBy(job => ExponentOf(job.Size)).OrderBy(group => group.Key).Select(group =>
        {
            var waits = Distribution.Of(group.Select(job => (double)job.Wait));
            return new SizeClass(group.Key, group.Count(), waits.Percentile(50), waits.Percentile(95));
        }),
    ];

    /// <summary>The least e with size ≤ 2^e.</summary>
    internal static int ExponentOf(double size) =>
        size <= 1 ? 0 : 64 - BitOperations.LeadingZeroCount((ulong)Math.Ceiling(size) - 1);
}
