using System.Diagnostics;

namespace AkkaMLScheduler.Testing;

/// <summary>Waits for what others bring about.</summary>
public static class Eventually
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks again and again until it holds; fails after <paramref name="patience"/> with how it stood then.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> holds, TimeSpan patience, Func<string> stands)
    {
        var since = Stopwatch.StartNew();
        while (!await holds())
        {
            Assert.True(since.Elapsed < patience, $"After {patience}: {stands()}");
            await Task.Delay(Interval);
        }
    }
}
