using System.Diagnostics;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Tests;

/// <summary>
/// This assembly as a program: runs shell scripts as tasks, one after another and as a worker would, until it is killed. Tests use it for
/// what a worker cannot survive.
/// </summary>
internal static class TaskHost
{
    /// <summary>Starts it; the scripts run in <c>folder/scratch</c>.</summary>
    public static Process Start(string folder, params string[] scripts) =>
        Process.Start("dotnet", ["exec", typeof(TaskHost).Assembly.Location, folder, .. scripts]);

    public static async Task Main(string[] arguments)
    {
        foreach (var script in arguments.Skip(1))
        {
            var task = new TaskContext
            {
                Job = new JobId("hosted"),
                Attempt = 1,
                Run = new RunSpec("process", new Dictionary<string, string> { ["argv"] = ParameterText.OfList(["/bin/sh", "-c", script]) }),
                Checkpoint = new CheckpointSpec(1, 2),
                CheckpointDirectory = Path.Combine(arguments[0], "checkpoints"),
                ScratchDirectory = Path.Combine(arguments[0], "scratch"),
                Processes = new ProcessSettings(true, TimeSpan.FromSeconds(10)),
            };
            await WorkloadRegistry.Default.Find("process")!.RunAsync(task, new RecordingObserver(), CancellationToken.None);
        }
    }
}
