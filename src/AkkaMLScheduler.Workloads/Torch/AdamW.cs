using static TorchSharp.torch;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>
/// Loshchilov and Hutter 2019, on flat vectors, with the gradient's norm clipped first. The state is the two moments and the number of
/// updates, which is the step.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.95;
    private const double Epsilon = 1e-8;
    private const double WeightDecay = 0.1;
    private const double LargestNorm = 1;
    private const int WarmupSteps = 20;

    private readonly Tensor _weights;
    private readonly Tensor _decaying;
    private readonly Tensor _gradients;
    private readonly double _learningRate;

    /// <param name="weights">Flat float32 vector to train.</param>
    /// <param name="gradients">Of the same length.</param>
    /// <param name="decayingCount">How many of the first weights decay.</param>
    public AdamW(Tensor weights, Tensor gradients, long decayingCount, double learningRate)
    {
        _weights = weights;
        _gradients = gradients;
        _decaying = weights.narrow(0, 0, decayingCount);
        _learningRate = learningRate;
        First = zeros_like(weights);
        Second = zeros_like(weights);
    }

    /// <summary>Running mean of the gradient.</summary>
    public Tensor First { get; }

    /// <summary>Running mean of its square.</summary>
    public Tensor Second { get; }

    /// <summary>Update number <paramref name="step"/>, from 1. Returns the gradient's norm before clipping.</summary>
    public double Update(long step)
    {
        var norm = (double)_gradients.norm().item<float>();
        if (norm > LargestNorm)
            _gradients.Scale(LargestNorm / norm);
        var rate = _learningRate * Math.Min(1, (double)step / WarmupSteps);
        First.Scale(FirstDecay).AddScaled(_gradients, 1 - FirstDecay);
        Second.Scale(SecondDecay).AddProduct(_gradients, _gradients, 1 - SecondDecay);
        var spread = Second.sqrt().Divide(Math.Sqrt(1 - Math.Pow(SecondDecay, step))).Add(Epsilon);
        _decaying.Scale(1 - (rate * WeightDecay));
        _weights.AddQuotient(First, spread, -rate / (1 - Math.Pow(FirstDecay, step)));
        return norm;
    }

    public void Dispose()
    {
        _decaying.Dispose();
        First.Dispose();
        Second.Dispose();
    }
}
