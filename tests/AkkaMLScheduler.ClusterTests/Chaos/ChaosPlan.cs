using AkkaMLScheduler.ClusterTests.Processes;

namespace AkkaMLScheduler.ClusterTests.Chaos;

/// <summary>All that happens to a cluster in one run: the same seed, the same jobs, victims and pauses.</summary>
internal sealed record ChaosPlan(int Seed, IReadOnlyList<ChaosJob> Jobs, IReadOnlyList<ChaosKill> Kills)
{
    private const int DefaultJobs = 80;
    private const int DefaultKills = 15;

    /// <summary>
    /// As <c>AMLS_CHAOS_JOBS</c>, <c>AMLS_CHAOS_KILLS</c> and <c>AMLS_CHAOS_SEED</c> ask; a small run of a seed of its own where they say nothing.
    /// </summary>
    public static ChaosPlan FromEnvironment(ClusterShape shape) => Draw(
        Asked.Number("AMLS_CHAOS_SEED") ?? Random.Shared.Next(), Asked.Number("AMLS_CHAOS_JOBS") ?? DefaultJobs, Asked.Number("AMLS_CHAOS_KILLS") ?? DefaultKills, shape);

    private static ChaosPlan Draw(int seed, int jobs, int kills, ClusterShape shape)
    {
        // Two sources, so that more kills do not change the jobs.
        var killing = new Random(seed);
        var submitting = new Random(~seed);
        IReadOnlyList<ChaosKill> killed = [.. Enumerable.Range(0, kills).Select(_ => ChaosKill.Draw(killing, shape.Schedulers, shape.Workers))];
        var lasts = killed.Aggregate(TimeSpan.FromSeconds(1), (sum, kill) => sum + kill.After);
        var pause = lasts / jobs;
        return new ChaosPlan(
            seed, [.. Enumerable.Range(1, jobs).Select(number => ChaosJob.Draw(submitting, number, pause * 2 * submitting.NextDouble()))], killed);
    }
}
