using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Benchmarks.Clusters;

/// <summary>A node from its start until it is a member that places jobs: as built, which compiles itself while it runs, and as published.</summary>
internal static class StartBenchmark
{
    public const string Usage = "--published PATH/amls.dll [--rounds N]";

    private const int DefaultRounds = 5;

    public static int Run(string[] arguments)
    {
        if (arguments is not ["--published", var published, ..])
        {
            Console.Error.WriteLine($"start {Usage}; 'dotnet publish src/AkkaMLScheduler.Cli -c Release -r linux-x64 -o PATH' makes it");
            return 2;
        }

        var rounds = arguments is [_, _, "--rounds", var count] ? int.Parse(count, CultureInfo.InvariantCulture) : DefaultRounds;
        return RunAsync(Path.GetFullPath(published), rounds).GetAwaiter().GetResult();
    }

    private static async Task<int> RunAsync(string published, int rounds)
    {
        var (asBuilt, asPublished) = (new List<Start>(), new List<Start>());
        for (var round = 0; round < rounds; round++)
        {
            asBuilt.Add(await StartAsync(AmlsProgram.Path));
            asPublished.Add(await StartAsync(published));
        }

        Console.WriteLine($"median of {rounds}, in turn; SQLite, roles scheduler and worker");
        foreach (var (name, starts) in new[] { ("built", asBuilt), ("published", asPublished) })
            Console.WriteLine($"  {name,-10} {Median(starts, start => start.Wall):F2} s, {Median(starts, start => start.Cpu):F2} s of CPU");
        return 0;
    }

    private static async Task<Start> StartAsync(string program)
    {
        using var folder = new TemporaryFolder();
        var began = Stopwatch.GetTimestamp();
        using var node = await NodeProcess.StartAsync(program, "--name", "node-1", "--cluster-port", "0", "--port", "0", "--data-dir", folder.Path);
        return new Start(Stopwatch.GetElapsedTime(began).TotalSeconds, ProcessorTime.Of(node.Id));
    }

    private static double Median(IEnumerable<Start> starts, Func<Start, double> value) => starts.Select(value).Order().ElementAt(starts.Count() / 2);

    private readonly record struct Start(double Wall, double Cpu);
}
