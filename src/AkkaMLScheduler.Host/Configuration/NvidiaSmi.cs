using System.ComponentModel;
using System.Diagnostics;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>NVIDIA's own program, which knows a machine's GPUs.</summary>
internal static class NvidiaSmi
{
    public const string Program = "nvidia-smi";

    // Without its persistence daemon the driver wakes every GPU first, which takes seconds on a large machine.
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Lines of the fields asked for, separated by commas; null where there is no such program, or it finds no driver.</summary>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public static string? Query(string fields)
    {
        try
        {
            using var asked = Process.Start(new ProcessStartInfo(Program, [$"--query-gpu={fields}", "--format=csv,noheader,nounits"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var listing = asked.StandardOutput.ReadToEndAsync();
            if (listing.Wait(Patience) && asked.WaitForExit(Patience)) return asked.ExitCode == 0 ? listing.Result : null;
            asked.Kill();
            throw new TimeoutException($"{Program} has not answered for {Patience.TotalSeconds} s");
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
