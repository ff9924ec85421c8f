using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>
/// A GPT-2-style decoder over bytes: token and position embedding, blocks of causal attention and MLP with layer norm before each, and
/// the token embedding again as the output layer. Its weights and gradients are views into two flat vectors.
/// </summary>
internal sealed class LanguageModel : IDisposable
{
    private const double NormEpsilon = 1e-5;

    private readonly TorchSettings _settings;
    private readonly Dictionary<string, Tensor> _weights = new(StringComparer.Ordinal);
    private readonly List<Tensor> _gradients = [];
    private readonly long[] _normShape;

    /// <param name="settings">The shape.</param>
    /// <param name="layout">Where each tensor lies.</param>
    /// <param name="weights">Flat, float32, <c>layout.Total</c> long; changing it changes the model.</param>
    /// <param name="gradients">Flat, at least as long; <see cref="Loss"/>'s backward pass adds to it.</param>
    public LanguageModel(TorchSettings settings, WeightLayout layout, Tensor weights, Tensor gradients)
    {
        _settings = settings;
        _normShape = [settings.Width];
        foreach (var slot in layout.Slots)
        {
            var weight = View(weights, slot).requires_grad_(true);
            var gradient = View(gradients, slot);
            weight.grad = gradient;
            _gradients.Add(gradient);
            _weights.Add(slot.Name, weight);
        }
    }

    /// <summary>The sum of the cross entropies of all next tokens, in nats.</summary>
    /// <param name="tokens">int64 [rows, context].</param>
    /// <param name="targets">int64 [rows · context].</param>
    public Tensor Loss(Tensor tokens, Tensor targets)
    {
        var rows = tokens.shape[0];
        var x = _weights["token"].index_select(0, tokens.flatten()).view(rows, _settings.Context, _settings.Width) + _weights["position"];
        for (var layer = 0; layer < _settings.Layers; layer++)
        {
            x = x + Attention(Norm(x, $"{layer}.attention.norm"), $"{layer}.attention", rows);
            x = x + Linear(functional.gelu(Linear(Norm(x, $"{layer}.mlp.norm"), $"{layer}.mlp.in")), $"{layer}.mlp.out");
        }

        var logits = functional.linear(Norm(x, "norm"), _weights["token"]).view(-1, TorchSettings.Vocabulary);
        return functional.cross_entropy(logits, targets, reduction: Reduction.Sum);
    }

    public void Dispose()
    {
        foreach (var weight in _weights.Values)
            weight.Dispose();
        foreach (var gradient in _gradients)
            gradient.Dispose();
    }

    private Tensor Attention(Tensor x, string name, long rows)
    {
        long heads = _settings.Heads;
        var parts = Linear(x, name + ".in")
            .view(rows, _settings.Context, 3, heads, _settings.Width / heads)
            .permute(2, 0, 3, 1, 4)
            .unbind(0);
        var mixed = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
        return Linear(mixed.transpose(1, 2).reshape(rows, _settings.Context, _settings.Width), name + ".out");
    }

    private Tensor Linear(Tensor x, string name) => functional.linear(x, _weights[name], _weights[name + ".bias"]);

    private Tensor Norm(Tensor x, string name)
        => functional.layer_norm(x, _normShape, _weights[name + ".gain"], _weights[name + ".bias"], NormEpsilon);

    private static Tensor View(Tensor flat, WeightSlot slot)
    {
        using var part = flat.narrow(0, slot.Offset, slot.Count);
        using var shaped = part.view(slot.Shape);
        return shaped.detach();
    }
}
