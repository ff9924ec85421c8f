using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using AkkaMLScheduler.Workloads.Checkpoints;
using AkkaMLScheduler.Workloads.Gangs;
using AkkaMLScheduler.Workloads.Stepping;
using static TorchSharp.torch;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>
/// One rank's training. Each rank computes the gradient of its share of the global batch; the gang sums them, so that all ranks make the
/// same update and hold the same weights, bit for bit. Nothing is drawn from libtorch's own random numbers, which all tasks of a process
/// share: weights and data come from (seed, step).
/// </summary>
internal sealed class TorchTask : SteppedTask
{
    // Summed over the gang beside the gradients: the loss, and how many ranks were asked to stop.
    private const int Extras = 2;

    private readonly TaskContext _task;
    private readonly TorchSettings _settings;
    private readonly TokenCorpus _corpus;
    private readonly GangLimits _limits;
    private readonly WeightLayout _layout;
    private readonly Tensor _weights;
    private readonly Tensor _sums;
    private readonly Tensor _gradients;
    private readonly LanguageModel _model;
    private readonly AdamW _optimiser;
    private readonly int _firstRow;
    private readonly int _rows;
    private readonly long[] _tokens;
    private readonly long[] _targets;
    private readonly Dictionary<string, double> _metrics = new() { ["loss"] = 0, ["gradientNorm"] = 0, ["tokensPerSecond"] = 0 };
    private GangRing? _ring;

    public TorchTask(TaskContext task, TorchSettings settings, TokenCorpus corpus, GangLimits limits)
    {
        if (settings.Batch < task.WorldSize)
            throw new WorkloadException($"run.batch {settings.Batch} cannot be shared out over {task.WorldSize} tasks");
        if (corpus.Count <= settings.Context)
            throw new WorkloadException($"the inputs hold {corpus.Count} tokens, run.context {settings.Context} needs more");
        _task = task;
        _settings = settings;
        _corpus = corpus;
        _limits = limits;
        _layout = new WeightLayout(settings);
        _weights = tensor(_layout.Initial(settings.Seed));
        _sums = zeros(_layout.Total + Extras);
        _gradients = _sums.narrow(0, 0, _layout.Total);
        _model = new LanguageModel(settings, _layout, _weights, _gradients);
        _optimiser = new AdamW(_weights, _gradients, _layout.DecayingCount, settings.LearningRate);
        _firstRow = (int)((long)settings.Batch * task.Rank / task.WorldSize);
        _rows = (int)((long)settings.Batch * (task.Rank + 1) / task.WorldSize) - _firstRow;
        _tokens = new long[_rows * settings.Context];
        _targets = new long[_rows * settings.Context];
        Identity = new Dictionary<string, string>
        {
            ["vocabulary"] = Text(TorchSettings.Vocabulary),
            ["context"] = Text(settings.Context),
            ["layers"] = Text(settings.Layers),
            ["heads"] = Text(settings.Heads),
            ["width"] = Text(settings.Width),
            ["batch"] = Text(settings.Batch),
            ["learningRate"] = settings.LearningRate.ToString("R", CultureInfo.InvariantCulture),
            ["seed"] = Text(settings.Seed),
            ["inputs"] = string.Join(",", task.Inputs.Select(input => input.Reference)),
        };
    }

    public override long Steps => _settings.Steps;

    public override long LogEvery => _settings.LogEvery;

    public override bool StopsTogether => _task.WorldSize > 1;

    public override IReadOnlyDictionary<string, string> Identity { get; }

    public override IReadOnlyDictionary<string, double> Metrics => _metrics;

    public override long PayloadBytes => 3 * sizeof(float) * _layout.Total;

    public override void Restore(CheckpointContent checkpoint)
    {
        foreach (var vector in StateVectors())
            checkpoint.Payload.ReadExactly(vector.bytes);
    }

    public override void WritePayload(Stream payload)
    {
        foreach (var vector in StateVectors())
            payload.Write(vector.bytes);
    }

    public override void Begin(long stepsDone, CancellationToken stop)
    {
        if (_task.WorldSize > 1)
            _ring = GangRing.Connect(_task, checked((int)_layout.Total + Extras), stepsDone, _limits, stop);
    }

    public override StepEnd Advance(long step, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        using (no_grad())
            _sums.zero_();
        var lossSum = Backward(step);
        var stopping = SumOverGang(ref lossSum, stop);
        double norm;
        using (no_grad())
            norm = _optimiser.Update(step);
        var tokens = (long)_settings.Batch * _settings.Context;
        _metrics["loss"] = lossSum;
        _metrics["gradientNorm"] = norm;
        _metrics["tokensPerSecond"] = Math.Round(tokens / Stopwatch.GetElapsedTime(started).TotalSeconds);
        if (!float.IsFinite(lossSum) || !double.IsFinite(norm))
            throw new WorkloadException($"the loss is {lossSum} at step {step}: training diverged; try a smaller run.learningRate");
        return stopping ? StepEnd.DoneThenStop : StepEnd.Done;
    }

    public override void Dispose()
    {
        _ring?.Dispose();
        _model.Dispose();
        _optimiser.Dispose();
        _gradients.Dispose();
        _sums.Dispose();
        _weights.Dispose();
    }

    /// <summary>Adds this rank's part of the gradient of the global batch's mean loss; returns its part of that loss.</summary>
    private float Backward(long step)
    {
        _corpus.Sample(_settings.Seed, step, _firstRow, _settings.Context, _tokens, _targets);
        using var tokens = tensor(_tokens, [_rows, _settings.Context]);
        using var targets = tensor(_targets);
        using var loss = _model.Loss(tokens, targets) / ((double)_settings.Batch * _settings.Context);
        loss.backward();
        return loss.item<float>();
    }

    private bool SumOverGang(ref float loss, CancellationToken stop)
    {
        if (_ring is null)
            return false;
        var sums = MemoryMarshal.Cast<byte, float>(_sums.bytes);
        sums[^2] = loss;
        sums[^1] = stop.IsCancellationRequested ? 1 : 0;
        _ring.SumOverRanks(sums);
        loss = sums[^2];
        return sums[^1] > 0;
    }

    private Tensor[] StateVectors() => [_weights, _optimiser.First, _optimiser.Second];

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
