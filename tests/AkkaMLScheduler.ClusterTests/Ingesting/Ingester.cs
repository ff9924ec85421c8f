using System.Diagnostics;
using System.Text;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.ClusterTests.Ingesting;

/// <summary><c>amls ingest</c> as a process that reads some partitions of a topic.</summary>
internal sealed class Ingester : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _said = new();

    private Ingester(Process process)
    {
        _process = process;
        _process.OutputDataReceived += Heard;
        _process.ErrorDataReceived += Heard;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasEnded => _process.HasExited;

    /// <summary>All that it has printed so far.</summary>
    public string Said
    {
        get
        {
            lock (_said) return _said.ToString();
        }
    }

    /// <param name="lake">Where the lake is: <c>--data-dir</c> and <c>--postgres</c>.</param>
    /// <param name="more">Options beside those.</param>
    public static Ingester Start(KafkaBroker broker, string topic, IReadOnlyList<string> lake, params string[] more)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                AmlsProgram.Path, "ingest", "--from", $"kafka://{broker.BootstrapServers}/{topic}", "--dataset", topic, "--cluster", "chaos",
                .. KafkaBroker.ClientSettings.SelectMany(setting => new[] { "--kafka", setting }), .. lake, .. more,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new Ingester(Process.Start(start)!);
    }

    /// <summary>SIGTERM: it is to end in order.</summary>
    public void Terminate() => Signals.Send("TERM", _process.Id);

    /// <returns>Whether it still ran.</returns>
    public async Task<bool> KillAsync()
    {
        var ran = !_process.HasExited;
        if (ran) _process.Kill();
        await _process.WaitForExitAsync();
        return ran;
    }

    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Heard(object sender, DataReceivedEventArgs line)
    {
        lock (_said) _said.AppendLine(line.Data);
    }
}
