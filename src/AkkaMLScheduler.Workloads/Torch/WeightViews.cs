using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>A model's tensors by name: views into the flat vectors of its weights and of their gradients.</summary>
internal sealed class WeightViews : IDisposable
{
    private readonly Dictionary<string, Tensor> _weights = new(StringComparer.Ordinal);
    private readonly List<Tensor> _gradients = [];

    /// <param name="layout">Where each tensor lies.</param>
    /// <param name="weights">Flat, float32, <c>layout.Total</c> long; changing it changes the model.</param>
    /// <param name="gradients">Flat, at least as long; a backward pass adds to it.</param>
    public WeightViews(WeightLayout layout, Tensor weights, Tensor gradients)
    {
        foreach (var slot in layout.Slots)
        {
            var weight = View(weights, slot).requires_grad_(true);
            var gradient = View(gradients, slot);
            weight.grad = gradient;
            _gradients.Add(gradient);
            _weights.Add(slot.Spec.Name, weight);
        }
    }

    public Tensor this[string name] => _weights[name];

    /// <summary>With the weight of this name, and its bias.</summary>
    public Tensor Linear(Tensor x, string name) => functional.linear(x, this[name], this[name + ".bias"]);

    public void Dispose()
    {
        foreach (var tensor in _weights.Values.Concat(_gradients))
            tensor.Dispose();
    }

    private static Tensor View(Tensor flat, WeightSlot slot)
    {
        using var part = flat.narrow(0, slot.Offset, slot.Spec.Count);
        using var shaped = part.view(slot.Spec.Shape);
        return shaped.detach();
    }
}
