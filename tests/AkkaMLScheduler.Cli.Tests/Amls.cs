using System.Diagnostics;
using System.Text;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Cli.Tests;

/// <summary>The real program, as its own process.</summary>
internal sealed class Amls : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly Process _process;
    private readonly StringBuilder _error = new();
    private readonly StringBuilder _output = new();

    private Amls(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output => Text(_output);

    public string Error => Text(_error);

    public static Amls Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [AmlsProgram.Path, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return new Amls(Process.Start(start)!);
    }

    public static async Task<Finished> RunAsync(params string[] arguments)
    {
        await using var amls = Start(arguments);
        return await amls.EndAsync();
    }

    public async Task<Finished> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"amls did not end within {Patience}. It said:\n{Error}\n{Output}");
        }

        return new Finished(_process.ExitCode, Output, Error);
    }

    /// <summary>Waits until the program has written this; fails with what it wrote instead.</summary>
    public async Task UntilSaidAsync(string words)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!Output.Contains(words, StringComparison.Ordinal) && !Error.Contains(words, StringComparison.Ordinal))
        {
            if (_process.HasExited || limit.IsCancellationRequested) Assert.Fail($"amls never said '{words}', but:\n{Error}\n{Output}");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>SIGKILL: no time for anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM: asked to end, with time to do so.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await KillAsync();
        _process.Dispose();
    }

    private static void Add(StringBuilder to, string? line)
    {
        if (line is null) return;
        lock (to) to.AppendLine(line);
    }

    private static string Text(StringBuilder from)
    {
        lock (from) return from.ToString();
    }

    internal sealed record Finished(int ExitCode, string Output, string Error);
}
