using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.ClusterTests.Processes;

/// <summary>
/// One <c>amls node</c> and its supervisor: a process that ends, however it ends, is started again under its name and on its ports after
/// a short pause, as systemd or Kubernetes would.
/// </summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly string[] _arguments;
    private readonly StreamWriter _said;
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _lock = new();
    private readonly Task _supervisor;
    private TaskCompletionSource _released = Completed();
    private TaskCompletionSource<Process> _running = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeProcess(string name, int httpPort, string said, string[] arguments)
    {
        Name = name;
        Url = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{httpPort}/"));
        _arguments = arguments;
        _said = new StreamWriter(new FileStream(said, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        _supervisor = SuperviseAsync();
    }

    public string Name { get; }

    public Uri Url { get; }

    /// <summary>How often it ended without being killed: downed, unable to join, or broken.</summary>
    public int EndsByItself { get; private set; }

    /// <summary>When and how it ended by itself the last time.</summary>
    public string LastEnd { get; private set; } = "";

    /// <param name="said">The file that what it writes to its standard output and error is added to.</param>
    /// <param name="arguments">Of <c>amls</c>.</param>
    public static NodeProcess Start(string name, int httpPort, string said, params string[] arguments) => new(name, httpPort, said, arguments);

    /// <summary>The id of the process that runs now; null between two.</summary>
    public int? ProcessId
    {
        get
        {
            lock (_lock) return _running.Task.IsCompletedSuccessfully ? _running.Task.Result.Id : null;
        }
    }

    /// <summary>SIGKILL, as soon as it runs: no time for anything. The supervisor starts it again.</summary>
    public async Task KillAsync()
    {
        var process = await Running();
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGKILL, and it stays away until <see cref="Release"/>.</summary>
    public async Task KillAndHoldAsync()
    {
        lock (_lock) _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await KillAsync();
    }

    /// <summary>Lets the supervisor start it again.</summary>
    public void Release()
    {
        lock (_lock) _released.TrySetResult();
    }

    /// <summary>SIGTERM: it is asked to leave in order, and stays away.</summary>
    public async Task StopAsync(TimeSpan limit)
    {
        lock (_lock) _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = await Running();
        Signals.Send("TERM", process.Id);
        await process.WaitForExitAsync(new CancellationTokenSource(limit).Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        Release();
        await _supervisor;
        await _said.DisposeAsync();
        _over.Dispose();
    }

    private static TaskCompletionSource Completed()
    {
        var completed = new TaskCompletionSource();
        completed.SetResult();
        return completed;
    }

    /// <summary>The process that runs now, or the next one.</summary>
    private Task<Process> Running()
    {
        lock (_lock) return _running.Task.WaitAsync(_over.Token);
    }

    private async Task SuperviseAsync()
    {
        while (!_over.IsCancellationRequested)
        {
            Task released;
            lock (_lock) released = _released.Task;
            await released;
            if (_over.IsCancellationRequested) return;
            using var process = Process.Start(new ProcessStartInfo("dotnet", [AmlsProgram.Path, .. _arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Path.GetTempPath(),

                // These processes live for seconds; what the runtime would learn about them is not worth its while.
                Environment = { ["DOTNET_TieredPGO"] = "0" },
            })!;
            process.OutputDataReceived += (_, line) => Note(line.Data);
            process.ErrorDataReceived += (_, line) => Note(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            Note($"-- process {process.Id} starts at {DateTimeOffset.UtcNow:O}");
            lock (_lock) _running.SetResult(process);
            try
            {
                await process.WaitForExitAsync(_over.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
                return;
            }

            lock (_lock) _running = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
            Ended(process.ExitCode);
            await Task.Delay(Pause, _over.Token).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
    }

    private void Ended(int exitCode)
    {
        Note($"-- ended at {DateTimeOffset.UtcNow:O} with {exitCode}");
        if (exitCode == Signals.ExitCodeOfKill) return;
        EndsByItself++;
        LastEnd = $"{DateTimeOffset.UtcNow:O} with {exitCode}";
    }

    private void Note(string? line)
    {
        if (line is null) return;
        lock (_said)
        {
            if (_said.BaseStream.CanWrite) _said.WriteLine(line);
        }
    }
}
