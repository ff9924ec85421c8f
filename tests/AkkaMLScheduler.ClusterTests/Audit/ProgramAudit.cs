using System.Diagnostics;
using AkkaMLScheduler.ClusterTests.Processes;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.ClusterTests.Audit;

/// <summary>The program's own account of its ledger, asked for as an operator would: every decision made again and compared.</summary>
internal static class ProgramAudit
{
    /// <returns>What it said, and nothing to find where it says that all is the same.</returns>
    public static async Task<(string Said, IReadOnlyList<string> Findings)> RunAsync(ClusterProcesses cluster)
    {
        var start = new ProcessStartInfo("dotnet", [AmlsProgram.Path, "audit", "--data-dir", cluster.DataDir, "--postgres", cluster.Database])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var audit = Process.Start(start)!;
        var (said, error) = (audit.StandardOutput.ReadToEndAsync(), audit.StandardError.ReadToEndAsync());
        await audit.WaitForExitAsync();
        var all = (await said + await error).Trim();
        return (all, audit.ExitCode == 0 ? [] : [$"amls audit ends with {audit.ExitCode}: {all}"]);
    }
}
