using System.Diagnostics;
using System.Globalization;

namespace AkkaMLScheduler.ClusterTests.Processes;

/// <summary>POSIX signals to processes that these tests have started.</summary>
internal static class Signals
{
    /// <summary>128 and the number of SIGKILL.</summary>
    public const int ExitCodeOfKill = 137;

    public static void Send(string signal, int process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
