using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Gangs;
using AkkaMLScheduler.Workloads.Parameters;
using AkkaMLScheduler.Workloads.Stepping;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>Trains a small language model or a perceptron on curated datasets; as a gang, data parallel.</summary>
internal sealed class TorchWorkload(GangLimits limits) : SteppedWorkload
{
    // Made when it is first asked for: who only lists workloads need not load the binding.
    private readonly Lazy<IReadOnlyDictionary<string, string>> _software = new(() => RunningSoftware.With(
        "TorchSharp", RunningSoftware.VersionOf(typeof(TorchSharp.torch).Assembly)));

    public override string Type => "torch";

    public override IReadOnlyList<ParameterSpec> Parameters => TorchSettings.Specs;

    /// <summary>Which libtorch it is follows from the binding's version.</summary>
    public override IReadOnlyDictionary<string, string> Software => _software.Value;

    protected override IEnumerable<string> Check(RunParameters parameters) => TorchSettings.From(parameters).Check(parameters);

    protected override SteppedTask Start(TaskContext task, RunParameters parameters, CancellationToken stop)
    {
        var settings = TorchSettings.From(parameters);
        TorchRuntime.Prepare(settings.Threads);
        if (task.Gpus.Count > 0)
        {
            task.Log.WriteLine(
                $"torch: GPUs {string.Join(", ", task.Gpus)} were assigned, but this build's libtorch has no CUDA: training on the CPU");
        }

        ITrainedModel model = settings.Model == "gpt"
            ? new LanguageModel(settings, TokenCorpus.Read(task.Inputs, stop))
            : new TableModel(settings, TrainingTable.Read(task.Inputs, settings, task.Log, stop));
        return new TorchTask(task, settings, model, limits);
    }
}
