using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.ClusterTests.Ingesting;

/// <summary>Messages numbered from 0, about 200 bytes each, produced by kcat at an even rate; it can be held up, for a broker that is to be killed.</summary>
internal sealed class Feed : IDisposable
{
    private const int Batch = 500;

    private readonly KafkaBroker _broker;
    private readonly string _topic;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Task _feeding;
    private Process _kcat;

    public Feed(KafkaBroker broker, string topic, int messages, double perSecond)
    {
        _broker = broker;
        _topic = topic;
        _kcat = StartKcat();
        _feeding = FeedAsync(messages, perSecond);
    }

    /// <summary>Completes when the broker has acknowledged every message.</summary>
    public async Task CompleteAsync()
    {
        await _feeding;
        await EndKcatAsync();
    }

    /// <summary>
    /// Nothing is under way until what is returned is disposed of: the broker has acknowledged all that was produced, and kcat, which
    /// keeps the last lines to itself while it waits for more, has ended.
    /// </summary>
    public async Task<IDisposable> HoldAsync()
    {
        await _gate.WaitAsync();
        await EndKcatAsync();
        return new Held(this);
    }

    public void Dispose()
    {
        if (!_kcat.HasExited) _kcat.Kill();
        _kcat.Dispose();
        _gate.Dispose();
    }

    private async Task FeedAsync(int messages, double perSecond)
    {
        var padding = new string('x', 120);
        var since = Stopwatch.StartNew();
        for (var next = 0; next < messages; next += Batch)
        {
            await _gate.WaitAsync();
            try
            {
                for (var id = next; id < Math.Min(messages, next + Batch); id++)
                {
                    await _kcat.StandardInput.WriteLineAsync(string.Create(
                        CultureInfo.InvariantCulture, $$"""{"id":{{id}},"name":"message {{id}}","value":{{id / 7.0:F4}},"note":"{{padding}}"}"""));
                }

                await _kcat.StandardInput.FlushAsync();
            }
            finally
            {
                _gate.Release();
            }

            var due = TimeSpan.FromSeconds((next + Batch) / perSecond) - since.Elapsed;
            if (due > TimeSpan.Zero) await Task.Delay(due);
        }
    }

    private Process StartKcat()
    {
        var start = _broker.Kcat("-P", "-t", _topic, "-X", "acks=all");
        start.RedirectStandardInput = start.RedirectStandardError = true;
        var kcat = Process.Start(start)!;
        kcat.ErrorDataReceived += static (_, _) => { };
        kcat.BeginErrorReadLine();
        return kcat;
    }

    private async Task EndKcatAsync()
    {
        _kcat.StandardInput.Close();
        await _kcat.WaitForExitAsync();
        Assert.Equal(0, _kcat.ExitCode);
    }

    private sealed class Held(Feed feed) : IDisposable
    {
        public void Dispose()
        {
            feed._kcat.Dispose();
            feed._kcat = feed.StartKcat();
            feed._gate.Release();
        }
    }
}
