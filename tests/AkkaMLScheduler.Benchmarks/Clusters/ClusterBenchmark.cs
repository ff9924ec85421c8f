using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Benchmarks.Scheduling;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Benchmarks.Clusters;

/// <summary>
/// Jobs through a whole cluster: PostgreSQL that syncs its commits, a scheduler, two workers, and a client over the message API, each a
/// process of its own on this machine, sharing its cores.
/// </summary>
internal static class ClusterBenchmark
{
    public const string Usage = "[--jobs N] [--pending N] [--in-flight N] [--rival COMMAND]";

    private const int Workers = 2;

    /// <summary>Slots of all workers together: as many as the rival's one node has.</summary>
    private const int Slots = 64;

    /// <summary>What a job asks that does nothing: four go into a slot, so that waiting for one another's stores does not hold them up.</summary>
    private const string NoOpCpu = "250m";
    private const int WarmUpJobs = 5_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>How long cycles are watched with the whole queue waiting.</summary>
    private static readonly TimeSpan BusyTime = TimeSpan.FromSeconds(20);

    public static int Run(string[] arguments) => RunAsync(arguments).GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string[] arguments)
    {
        if (Options.Parse(arguments) is not { } options)
        {
            Console.Error.WriteLine($"cluster {Usage}");
            return 2;
        }

        await using var cluster = await ClusterUnderTest.StartAsync(options.InFlight);
        for (var i = 0; i < Workers; i++) await cluster.StartWorkerAsync(Slots / Workers);
        Console.WriteLine($"1 scheduler, {Workers} workers with {Slots} slots together, PostgreSQL with fsync; {options.InFlight} requests in flight");
        await JobsAsync(cluster, "warm-up, not counted", WarmUpJobs, "sleep, steps: 0", NoOpCpu);
        var noOps = await JobsAsync(cluster, "no-op jobs", options.Jobs, "sleep, steps: 0", NoOpCpu);
        Console.WriteLine($"no-op jobs per second: {noOps:F1} (bar 500)");
        if (OperatingSystem.IsLinux()) Rival(options, await JobsAsync(cluster, "jobs that start /bin/true", options.Jobs, "process, argv: [/bin/true]", "1"));
        if (options.Pending > 0) await PendingAsync(cluster, options.Pending);
        return 0;
    }

    /// <summary>From the first submission until the last end is stored.</summary>
    private static async Task<double> JobsAsync(ClusterUnderTest cluster, string what, int jobs, string run, string cpu)
    {
        var usage = new Usages(cluster);
        var (endedBefore, eventsBefore) = (await cluster.EndedAsync(), await cluster.EventsAsync());
        var started = Stopwatch.GetTimestamp();
        var accepted = await SubmitAsync(cluster, jobs, run, cpu);
        await ClusterUnderTest.UntilAsync(
            async () => await cluster.EndedAsync() >= endedBefore + jobs, Patience, $"{jobs} jobs ended");
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        usage.Print(what, jobs, seconds);
        await ClusterUnderTest.UntilAsync(async () => await cluster.ListedAsync() >= endedBefore + jobs, Patience, "the read tables show it");
        Console.WriteLine(
            $"  all accepted after {accepted:F1} s, all ends listed after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, "
            + $"{(await cluster.EventsAsync() - eventsBefore) / (double)jobs:F1} journal rows per job");
        return jobs / seconds;
    }

    /// <returns>Seconds until the last was accepted.</returns>
    private static async Task<double> SubmitAsync(ClusterUnderTest cluster, int jobs, string run, string cpu)
    {
        var spec = JobSpecReader.Read($$"""
            name: bench
            resources: { cpu: {{cpu}}, memory: 1MiB }
            run: { type: {{run}} }
            retry: { max: 0 }
            """);
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, jobs).Select(_ => cluster.Client.SubmitAsync(spec)));
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static void Rival(Options options, double ours)
    {
        if (options.Rival is null) return;
        var rival = OwnProcess.Shell(options.Rival);
        var words = rival.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(words, "slurm_jobs_per_second");
        if (rival.ExitCode != 0 || at < 0 || !double.TryParse(words.ElementAtOrDefault(at + 1), CultureInfo.InvariantCulture, out var theirs))
            throw new InvalidOperationException($"the rival printed no 'slurm_jobs_per_second X' but:\n{rival.LastLines}");
        Console.WriteLine($"{string.Join(' ', words[at..])}");
        Console.WriteLine($"ours / Slurm: {ours / theirs:F2}");
    }

    /// <summary>A long queue that nothing can start: how fast it is taken, what it costs, and how a scheduler comes back to it.</summary>
    private static async Task PendingAsync(ClusterUnderTest cluster, int pending)
    {
        await cluster.StopWorkersAsync();
        var usage = new Usages(cluster);
        var idle = cluster.Scheduler.WorkingSetMiB;
        var started = Stopwatch.GetTimestamp();
        var accepted = await SubmitAsync(cluster, pending, "sleep, steps: 0", "1");
        usage.Print("submissions accepted, nothing running", pending, accepted);
        Console.WriteLine($"submissions per second: {pending / accepted:F1} (bar 2,000)");
        await ClusterUnderTest.UntilAsync(
            () => Task.FromResult(cluster.Log.Cycles() is [.., var last] && last.Waiting >= pending), Patience, $"{pending} jobs in the ledger");
        Console.WriteLine($"  all in the ledger after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
        Console.WriteLine($"  scheduler process: {cluster.Scheduler.WorkingSetMiB:F0} MiB ({idle:F0} before, peak {cluster.Scheduler.PeakMiB:F0})");

        var before = cluster.Log.Cycles().Count;
        await cluster.StartWorkerAsync(Slots);
        await Task.Delay(BusyTime);
        var cycles = cluster.Log.Cycles().Skip(before).Where(cycle => cycle.Starts > 0).ToList();
        if (cycles.Count == 0) throw new InvalidOperationException("no cycle started anything");
        Console.WriteLine($"cycles that start something, {cycles[^1].Waiting:N0} left waiting, planned and stored; p50 p99 max:");
        Console.WriteLine($"  {Latencies.Of([.. cycles.Select(cycle => cycle.Milliseconds)])}");
        Console.WriteLine($"  {cycles.Sum(cycle => cycle.Starts) / BusyTime.TotalSeconds:F1} starts per second");

        await cluster.StopWorkersAsync();
        await cluster.Scheduler.KillAsync();
        await RecoverAsync(cluster);
    }

    private static async Task RecoverAsync(ClusterUnderTest cluster)
    {
        var leads = cluster.Log.TimesSaid("The scheduler leads");
        var started = Stopwatch.GetTimestamp();
        await cluster.StartSchedulerAsync();
        Console.WriteLine($"scheduler killed and started again: a member after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s");
        await ClusterUnderTest.UntilAsync(() => Task.FromResult(cluster.Log.TimesSaid("The scheduler leads") > leads), Patience, "the ledger recovered");
        Console.WriteLine($"  its ledger recovered after {Stopwatch.GetElapsedTime(started).TotalSeconds:F1} s, {cluster.Scheduler.WorkingSetMiB:F0} MiB");
    }

    /// <summary>What each process had used when it began, to tell what a phase cost.</summary>
    private sealed class Usages(ClusterUnderTest cluster)
    {
        private readonly (string Name, Func<double> Used, double Before)[] _processes =
        [
            From("scheduler", () => ProcessorTime.Of(cluster.Scheduler.Id)), From("PostgreSQL", () => ProcessorTime.Of(cluster.PostgresId)),
            From("client", ProcessorTime.OfSelf), .. cluster.Workers.Select((worker, i) => From($"worker {i + 1}", () => ProcessorTime.Of(worker.Id))),
        ];

        private static (string Name, Func<double> Used, double Before) From(string name, Func<double> used) => (name, used, used());

        public void Print(string what, int jobs, double seconds)
        {
            Console.WriteLine($"{what}: {jobs:N0} in {seconds:F1} s, {jobs / seconds:F1} per second");
            var used = _processes.Select(p => $"{p.Name} {(p.Used() - p.Before) / jobs * 1e3:F2}");
            Console.WriteLine($"  ms of CPU per job: {string.Join(", ", used)}");
        }
    }

    private sealed record Options(int Jobs, int Pending, int InFlight, string? Rival)
    {
        public static Options? Parse(string[] arguments)
        {
            var options = new Options(5_000, 100_000, 500, null);
            for (var i = 0; i + 1 < arguments.Length; i += 2)
            {
                var isNumber = int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out var number) && number >= 0;
                var next = (arguments[i], isNumber) switch
                {
                    ("--jobs", true) => options with { Jobs = Math.Max(number, 1) },
                    ("--pending", true) => options with { Pending = number },
                    ("--in-flight", true) => options with { InFlight = number },
                    ("--rival", _) => options with { Rival = arguments[i + 1] },
                    _ => null,
                };
                if (next is null) return null;
                options = next;
            }

            return arguments.Length % 2 == 0 ? options : null;
        }
    }
}
