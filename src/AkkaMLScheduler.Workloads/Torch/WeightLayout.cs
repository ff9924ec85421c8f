namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>One trainable tensor as its model asks for it.</summary>
/// <param name="Mean">Of the first values, drawn from a normal distribution.</param>
/// <param name="Deviation">Their standard deviation; 0: all begin at the mean.</param>
internal sealed record WeightSpec(string Name, double Mean, double Deviation, params long[] Shape)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}

/// <summary>One trainable tensor's place in the flat vector of all weights.</summary>
internal sealed record WeightSlot(WeightSpec Spec, long Offset);

/// <summary>
/// Where each tensor of a model lies in one flat vector, matrices first. Flat, because the optimiser, the gang's sum and a checkpoint then
/// each handle one vector; matrices first, because only they decay.
/// </summary>
internal sealed class WeightLayout
{
    private readonly List<WeightSlot> _slots = [];

    public WeightLayout(IEnumerable<WeightSpec> decaying, IEnumerable<WeightSpec> others)
    {
        foreach (var spec in decaying) Add(spec);
        DecayingCount = Total;
        foreach (var spec in others) Add(spec);
    }

    public IReadOnlyList<WeightSlot> Slots => _slots;

    /// <summary>Length of the flat vector.</summary>
    public long Total { get; private set; }

    /// <summary>Length of its first part, on which weight decay works.</summary>
    public long DecayingCount { get; }

    /// <summary>The first values: a function of the seed and each tensor's position in the order only.</summary>
    public float[] Initial(long seed)
    {
        var values = new float[Total];
        var index = 0;
        foreach (var (spec, offset) in _slots)
        {
            var random = SplitMix64.For(seed, -1 - index++);
            foreach (ref var value in values.AsSpan((int)offset, (int)spec.Count))
                value = (float)(spec.Mean + (spec.Deviation == 0 ? 0 : spec.Deviation * random.NextNormal()));
        }

        return values;
    }

    private void Add(WeightSpec spec)
    {
        _slots.Add(new WeightSlot(spec, Total));
        Total += spec.Count;
    }
}
