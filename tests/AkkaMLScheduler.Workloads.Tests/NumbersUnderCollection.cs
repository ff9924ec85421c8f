using AkkaMLScheduler.Workloads.Torch;
using TorchSharp;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class NumbersUnderCollection
{
    private const int Steps = 20_000;

    [Fact]
    public void Training_is_the_same_while_memory_is_collected_all_the_time()
    {
        TorchRuntime.Prepare(threads: 1);
        var alone = Trained();

        using var over = new CancellationTokenSource();
        var collectors = Enumerable.Range(0, 2).Select(_ => new Thread(() => Collect(over.Token)) { IsBackground = true }).ToList();
        collectors.ForEach(thread => thread.Start());
        var disturbed = Trained();
        over.Cancel();
        collectors.ForEach(thread => thread.Join());

        Assert.Equal(alone, disturbed);
    }

    // Fills what was freed with another number, so that whoever still reads there notices.
    private static void Collect(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            GC.Collect(0);
            GC.WaitForPendingFinalizers();
            for (var i = 0; i < 3; i++) GC.KeepAlive((Scalar)77.5);
        }
    }

    private static float[] Trained()
    {
        using var scope = torch.NewDisposeScope();
        using var nothing = torch.no_grad();
        var weights = torch.ones(16);
        var gradients = torch.zeros(16);
        using var optimiser = new AdamW(weights, gradients, 8, learningRate: 1e-3);
        for (var step = 1; step <= Steps; step++)
        {
            using var inner = torch.NewDisposeScope();
            gradients.copy_(weights.Plus(weights).DividedBy(step));
            optimiser.Update(step);
        }

        return weights.data<float>().ToArray();
    }
}
