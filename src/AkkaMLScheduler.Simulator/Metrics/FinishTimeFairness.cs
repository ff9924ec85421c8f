namespace AkkaMLScheduler.Simulator;

/// <summary>
/// Finish-time fairness (Themis, NSDI'20): how long each job took ÷ how long it would have taken had its user had a cluster of 1/N of
/// the size alone, N users sharing this one. Above 1 the user would have been better off alone.
/// That cluster is thought of as fluid: the user's jobs are worked off in order of submission at the speed of the share, and none runs
/// faster than it does here.
/// </summary>
internal static class FinishTimeFairness
{
    /// <summary>A job a tenth slower than alone counts as treated unfairly.</summary>
    public const double UnfairAbove = 1.1;

    /// <param name="outcomes">In any order.</param>
    /// <param name="clusterSize">In what <see cref="JobOutcome.Size"/> counts.</param>
    /// <param name="users">N, at least 1.</param>
    /// <returns>One ratio per job, in order of submission.</returns>
    public static IEnumerable<double> Of(IReadOnlyList<JobOutcome> outcomes, long clusterSize, double users)
    {
        var share = clusterSize / users;
        var workedOff = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var job in outcomes.OrderBy(job => job.Submit))
        {
            var begins = Math.Max(job.Submit, workedOff.GetValueOrDefault(job.User, double.NegativeInfinity));
            var run = job.Run - job.Lost;
            var ends = begins + job.Size * run / share;
            workedOff[job.User] = ends;
            yield return (job.End - job.Submit) / (Math.Max(ends, begins + run) - job.Submit);
        }
    }
}
