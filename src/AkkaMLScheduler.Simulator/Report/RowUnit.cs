namespace AkkaMLScheduler.Simulator.Report;

/// <summary>
/// What sizes and rows are counted in, so that sums are exact: processors or GPUs, or thousandths of them when a job takes a share of one.
/// </summary>
internal readonly record struct RowUnit(int PerRow)
{
    private const int Milli = 1_000;

    public static RowUnit Of(IEnumerable<JobOutcome> jobs) => new(jobs.All(job => IsWhole(job.Size)) ? 1 : Milli);

    public long Of(double size) => (long)Math.Round(size * PerRow, MidpointRounding.AwayFromZero);

    private static bool IsWhole(double size) => double.IsInteger(size);
}
