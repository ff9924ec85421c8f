using System.CommandLine;
using AkkaMLScheduler.Host;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Starts nodes and stays until it is asked to stop.</summary>
public static class UpVerb
{
    public static Command Create()
    {
        var nodes = new NodeOptions();
        var workers = new Option<int>("--workers") { Description = "Worker nodes in this process.", DefaultValueFactory = _ => 2 };
        var gpus = new Option<int?>("--simulated-gpus") { Description = "GPU slots that each worker pretends to have; its tasks still run on the CPU." };
        var up = new Command("up", "Starts a scheduler and workers in this process and stays; Ctrl+C stops them in order.");
        nodes.AddTo(up);
        up.Options.Add(workers);
        up.Options.Add(gpus);
        up.SetAction(async (parse, ct) =>
        {
            var settings = nodes.Read(parse);
            if (parse.GetValue(gpus) is { } slots) settings = settings with { Capacity = settings.Capacity with { Gpus = slots }, GpuDevices = [] };
            await using var cluster = await LocalCluster.StartAsync(settings, parse.GetValue(workers), ct);
            Console.WriteLine($"{cluster.Scheduler.Url}  data in {settings.DataDir}");
            var asked = UntilAsked(ct);
            if (await Task.WhenAny(asked, cluster.AnyEnded) != asked)
            {
                Console.Error.WriteLine($"amls: a node left the cluster by itself; {settings.DataDir}/logs tells why");
                return ExitCodes.Failed;
            }

            Console.Error.WriteLine("stopping");
            return ExitCodes.Success;
        });
        return up;
    }

    /// <summary>Returns when the process is asked to end; what follows is the orderly stop.</summary>
    public static async Task UntilAsked(CancellationToken ct)
    {
        var asked = new TaskCompletionSource();
        await using var registration = ct.Register(() => asked.TrySetResult());
        await asked.Task;
    }
}
