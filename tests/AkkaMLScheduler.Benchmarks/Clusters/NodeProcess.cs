using System.Diagnostics;
using System.Text;

namespace AkkaMLScheduler.Benchmarks.Clusters;

/// <summary>One node of the cluster as a process of its own: the real program, as an operator starts it.</summary>
internal sealed class NodeProcess : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _said = new();
    private readonly TaskCompletionSource _running = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private NodeProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Hear(line.Data);
        _process.ErrorDataReceived += (_, line) => Hear(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public double WorkingSetMiB => Measure(p => p.WorkingSet64 / (double)(1 << 20));

    public double PeakMiB => Measure(p => p.PeakWorkingSet64 / (double)(1 << 20));

    /// <summary>Starts a node and waits until it is a member.</summary>
    /// <param name="program">Path of <c>amls.dll</c>.</param>
    public static async Task<NodeProcess> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [program, "node", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var node = new NodeProcess(Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start"));
        if (await Task.WhenAny(node._running.Task, node._process.WaitForExitAsync(), Task.Delay(StartLimit)) == node._running.Task) return node;
        node.Dispose();
        throw new InvalidOperationException($"the node did not start: {node._said}");
    }

    /// <summary>SIGKILL: it says nothing to anybody.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private double Measure(Func<Process, double> measure)
    {
        _process.Refresh();
        return measure(_process);
    }

    private void Hear(string? line)
    {
        if (line is null) return;
        lock (_said) _said.AppendLine(line);
        if (line.Contains("member akka.tcp", StringComparison.Ordinal)) _running.TrySetResult();
    }
}
