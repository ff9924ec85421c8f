namespace AkkaMLScheduler.ClusterTests.Chaos;

/// <summary>What a kill is aimed at.</summary>
internal enum Victim
{
    Scheduler,
    Worker,
    Postgres,
}

/// <summary>One <c>kill -9</c>.</summary>
/// <param name="After">Pause since the kill before it.</param>
/// <param name="Number">Which of the schedulers or workers, from 0.</param>
/// <param name="Away">How long PostgreSQL stays away; nodes come back when their supervisor starts them.</param>
internal sealed record ChaosKill(TimeSpan After, Victim Victim, int Number, TimeSpan Away)
{
    public static ChaosKill Draw(Random random, int schedulers, int workers)
    {
        var after = TimeSpan.FromMilliseconds(random.Next(1_000, 5_000));
        var away = TimeSpan.FromMilliseconds(random.Next(200, 3_000));
        var scheduler = random.Next(schedulers);
        var worker = random.Next(workers);
        return random.Next(100) switch
        {
            < 35 => new ChaosKill(after, Victim.Scheduler, scheduler, away),
            < 80 => new ChaosKill(after, Victim.Worker, worker, away),
            _ => new ChaosKill(after, Victim.Postgres, 0, away),
        };
    }
}
