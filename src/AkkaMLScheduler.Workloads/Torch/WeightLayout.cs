namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>One trainable tensor's place in the flat vector of all weights.</summary>
/// <param name="Deviation">Standard deviation of the first values around <paramref name="Mean"/>.</param>
internal sealed record WeightSlot(string Name, long Offset, long[] Shape, double Mean, double Deviation)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>
/// Where each tensor of the language model lies in one flat vector, matrices first. Flat, because the optimiser, the gang's sum and a
/// checkpoint then each handle one vector; matrices first, because only they decay.
/// </summary>
internal sealed class WeightLayout
{
    private readonly Dictionary<string, WeightSlot> _slots = new(StringComparer.Ordinal);

    public WeightLayout(TorchSettings settings)
    {
        // GPT-2's rule: what adds to the residual stream starts smaller by the root of the number of such additions.
        const double deviation = 0.02;
        var residual = deviation / Math.Sqrt(2 * settings.Layers);
        long width = settings.Width;
        Add("token", deviation, TorchSettings.Vocabulary, width);
        Add("position", deviation, settings.Context, width);
        for (var layer = 0; layer < settings.Layers; layer++)
        {
            Add($"{layer}.attention.in", deviation, 3 * width, width);
            Add($"{layer}.attention.out", residual, width, width);
            Add($"{layer}.mlp.in", deviation, 4 * width, width);
            Add($"{layer}.mlp.out", residual, width, 4 * width);
        }

        DecayingCount = Total;
        for (var layer = 0; layer < settings.Layers; layer++)
        {
            AddNorm($"{layer}.attention.norm", width);
            AddNorm($"{layer}.mlp.norm", width);
            Add($"{layer}.attention.in.bias", 0, 3 * width);
            Add($"{layer}.attention.out.bias", 0, width);
            Add($"{layer}.mlp.in.bias", 0, 4 * width);
            Add($"{layer}.mlp.out.bias", 0, width);
        }

        AddNorm("norm", width);
    }

    public IReadOnlyCollection<WeightSlot> Slots => _slots.Values;

    /// <summary>Length of the flat vector.</summary>
    public long Total { get; private set; }

    /// <summary>Length of its first part, on which weight decay works.</summary>
    public long DecayingCount { get; }

    public static long Count(TorchSettings settings)
    {
        long width = settings.Width;
        return ((TorchSettings.Vocabulary + settings.Context + 2) * width) + (settings.Layers * ((12 * width * width) + (13 * width)));
    }

    /// <summary>The first values: a function of the seed and each tensor's position in the order only.</summary>
    public float[] Initial(long seed)
    {
        var values = new float[Total];
        var index = 0;
        foreach (var slot in Slots)
        {
            var random = SplitMix64.For(seed, -1 - index++);
            foreach (ref var value in values.AsSpan((int)slot.Offset, (int)slot.Count))
                value = (float)(slot.Mean + (slot.Deviation == 0 ? 0 : slot.Deviation * random.NextNormal()));
        }

        return values;
    }

    private void AddNorm(string name, long width)
    {
        Add(name + ".gain", 0, 1.0, width);
        Add(name + ".bias", 0, width);
    }

    private void Add(string name, double deviation, params long[] shape) => Add(name, deviation, 0.0, shape);

    private void Add(string name, double deviation, double mean, params long[] shape)
    {
        var slot = new WeightSlot(name, Total, shape, mean, deviation);
        _slots.Add(name, slot);
        Total += slot.Count;
    }
}
