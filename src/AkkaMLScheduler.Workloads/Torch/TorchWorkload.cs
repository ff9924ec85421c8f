using AkkaMLScheduler.Workloads.Gangs;
using AkkaMLScheduler.Workloads.Parameters;
using AkkaMLScheduler.Workloads.Stepping;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>Trains a small language model on curated datasets; as a gang, data parallel.</summary>
internal sealed class TorchWorkload(GangLimits limits) : SteppedWorkload
{
    public override string Type => "torch";

    public override IReadOnlyList<ParameterSpec> Parameters => TorchSettings.Specs;

    protected override IEnumerable<string> Check(RunParameters parameters) => TorchSettings.From(parameters).Check();

    protected override SteppedTask Start(TaskContext task, RunParameters parameters, CancellationToken stop)
    {
        var settings = TorchSettings.From(parameters);
        TorchRuntime.Prepare(settings.Threads);
        if (task.Gpus.Count > 0)
        {
            task.Log.WriteLine(
                $"torch: GPUs {string.Join(", ", task.Gpus)} were assigned, but this build's libtorch has no CUDA: training on the CPU");
        }

        return new TorchTask(task, settings, TokenCorpus.Read(task.Inputs, stop), limits);
    }
}
