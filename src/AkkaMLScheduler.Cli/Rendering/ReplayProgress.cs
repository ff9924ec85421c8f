using Spectre.Console;

namespace AkkaMLScheduler.Cli.Rendering;

/// <summary>A bar on standard error for work of more than a second, when a person is looking.</summary>
internal static class ReplayProgress
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(200);

    /// <param name="what">Shown beside the bar.</param>
    /// <param name="total">What is reported when all is done.</param>
    /// <param name="work">Is given a progress that may be told as often as it likes.</param>
    public static async Task<T> ShowAsync<T>(string what, int total, Func<IProgress<int>, T> work)
    {
        var done = new Latest();
        var running = Task.Run(() => work(done));
        if (Console.IsErrorRedirected || await Task.WhenAny(running, Task.Delay(Patience)) == running) return await running;
        await Tables.Error.Progress().AutoClear(true).HideCompleted(true).StartAsync(async progress =>
        {
            var bar = progress.AddTask(Markup.Escape(what), maxValue: total);
            while (await Task.WhenAny(running, Task.Delay(Refresh)) != running) bar.Value = done.Value;
        });
        return await running;
    }

    private sealed class Latest : IProgress<int>
    {
        private int _value;

        public int Value => Volatile.Read(ref _value);

        public void Report(int value) => Volatile.Write(ref _value, value);
    }
}
