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
    // Summed over the gang beside the gradients: the loss, the hits, and how many ranks were asked to stop.
    private const int Extras = 3;

    private readonly TaskContext _task;
    private readonly TorchSettings _settings;
    private readonly ITrainedModel _model;
    private readonly GangLimits _limits;
    private readonly Tensor _weights;
    private readonly Tensor _sums;
    private readonly Tensor _gradients;
    private readonly WeightViews _views;
    private readonly AdamW _optimiser;
    private readonly int _firstRow;
    private readonly int _rows;
    private readonly Dictionary<string, double> _metrics;
    private GangRing? _ring;

    public TorchTask(TaskContext task, TorchSettings settings, ITrainedModel model, GangLimits limits)
    {
        if (settings.Batch < task.WorldSize)
            throw new WorkloadException($"run.batch {settings.Batch} cannot be shared out over {task.WorldSize} tasks");
        _task = task;
        _settings = settings;
        _model = model;
        _limits = limits;
        _weights = tensor(model.Layout.Initial(settings.Seed));
        _sums = zeros(model.Layout.Total + Extras);
        _gradients = _sums.narrow(0, 0, model.Layout.Total);
        _views = new WeightViews(model.Layout, _weights, _gradients);
        _optimiser = new AdamW(_weights, _gradients, model.Layout.DecayingCount, settings.LearningRate);
        _firstRow = (int)((long)settings.Batch * task.Rank / task.WorldSize);
        _rows = (int)((long)settings.Batch * (task.Rank + 1) / task.WorldSize) - _firstRow;
        _metrics = new Dictionary<string, double> { ["loss"] = 0, ["gradientNorm"] = 0 };
        if (model.CountsHits) _metrics["accuracy"] = 0;
        _metrics[Speed] = 0;
        Identity = new Dictionary<string, string>(model.Identity)
        {
            ["batch"] = settings.Batch.ToString(CultureInfo.InvariantCulture),
            ["learningRate"] = settings.LearningRate.ToString("R", CultureInfo.InvariantCulture),
            ["seed"] = settings.Seed.ToString(CultureInfo.InvariantCulture),
            ["inputs"] = string.Join(",", task.Inputs.Select(input => input.Reference)),
        };
    }

    public override long Steps => _settings.Steps;

    public override long LogEvery => _settings.LogEvery;

    public override bool StopsTogether => _task.WorldSize > 1;

    public override IReadOnlyDictionary<string, string> Identity { get; }

    public override IReadOnlyDictionary<string, double> Metrics => _metrics;

    public override long PayloadBytes => 3 * sizeof(float) * _model.Layout.Total;

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
            _ring = GangRing.Connect(_task, checked((int)_model.Layout.Total + Extras), stepsDone, _limits, stop);
    }

    public override StepEnd Advance(long step, CancellationToken stop)
    {
        var started = Stopwatch.GetTimestamp();
        using var scope = NewDisposeScope();
        using (no_grad())
            _sums.zero_();
        var (loss, hits) = Backward(step);
        var stopping = SumOverGang(ref loss, ref hits, stop);
        double norm;
        using (no_grad())
            norm = _optimiser.Update(step);
        _metrics["loss"] = loss;
        _metrics["gradientNorm"] = norm;
        if (_model.CountsHits) _metrics["accuracy"] = hits / UnitsPerStep;
        _metrics[Speed] = Math.Round(UnitsPerStep / Stopwatch.GetElapsedTime(started).TotalSeconds);
        if (!float.IsFinite(loss) || !double.IsFinite(norm))
            throw new WorkloadException($"the loss is {loss} at step {step}: training diverged; try a smaller run.learningRate");
        return stopping ? StepEnd.DoneThenStop : StepEnd.Done;
    }

    public override void Dispose()
    {
        _ring?.Dispose();
        _views.Dispose();
        _optimiser.Dispose();
        _gradients.Dispose();
        _sums.Dispose();
        _weights.Dispose();
    }

    private string Speed => _model.Unit + "PerSecond";

    private double UnitsPerStep => (double)_settings.Batch * _model.UnitsPerRow;

    /// <summary>Adds this rank's part of the gradient of the global batch's mean loss; returns its part of that loss, and its hits.</summary>
    private (float Loss, float Hits) Backward(long step)
    {
        var part = _model.Loss(_views, step, _firstRow, _rows);
        using var loss = part.Sum.DividedBy(UnitsPerStep);
        loss.backward();
        return (loss.item<float>(), part.Hits);
    }

    private bool SumOverGang(ref float loss, ref float hits, CancellationToken stop)
    {
        if (_ring is null)
            return false;
        var sums = MemoryMarshal.Cast<byte, float>(_sums.bytes);
        sums[^3] = loss;
        sums[^2] = hits;
        sums[^1] = stop.IsCancellationRequested ? 1 : 0;
        _ring.SumOverRanks(sums);
        (loss, hits) = (sums[^3], sums[^2]);
        return sums[^1] > 0;
    }

    private Tensor[] StateVectors() => [_weights, _optimiser.First, _optimiser.Second];
}
