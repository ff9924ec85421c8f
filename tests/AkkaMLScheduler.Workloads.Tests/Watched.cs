using System.Globalization;

namespace AkkaMLScheduler.Workloads.Tests;

/// <summary>What tests see of running processes: files they write and whether they live.</summary>
internal static class Watched
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>The process ids in a file, once it has so many lines.</summary>
    public static async Task<IReadOnlyList<int>> PidsAsync(string file, int count)
    {
        string[] lines = [];
        await UntilAsync(() => (lines = File.Exists(file) ? File.ReadAllLines(file) : []).Length == count, $"{file} has {count} lines");
        return [.. lines.Select(line => int.Parse(line, CultureInfo.InvariantCulture))];
    }

    /// <summary>Whether the process runs; one that has ended and is not waited for does not.</summary>
    public static bool IsAlive(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    public static async Task UntilAsync(Func<bool> holds, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, $"After {Patience} it is still not so that {what}.");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
