using System.Globalization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>
/// A GPT-2-style decoder over bytes: token and position embedding, blocks of causal attention and MLP with layer norm before each, and
/// the token embedding again as the output layer. The loss is the cross entropy of the next token, in nats.
/// </summary>
internal sealed class LanguageModel : ITrainedModel
{
    private const double NormEpsilon = 1e-5;

    // GPT-2's deviation of first weights.
    private const double Deviation = 0.02;

    private readonly TorchSettings _settings;
    private readonly TokenCorpus _corpus;
    private readonly long[] _normShape;
    private long[] _tokens = [];
    private long[] _targets = [];

    public LanguageModel(TorchSettings settings, TokenCorpus corpus)
    {
        if (corpus.Count <= settings.Context)
            throw new WorkloadException($"the inputs hold {corpus.Count} tokens, run.context {settings.Context} needs more");
        _settings = settings;
        _corpus = corpus;
        _normShape = [settings.Width];
        Layout = new WeightLayout(Matrices(settings), NormsAndBiases(settings));
        Identity = new Dictionary<string, string>
        {
            ["vocabulary"] = Text(TorchSettings.Vocabulary),
            ["context"] = Text(settings.Context),
            ["layers"] = Text(settings.Layers),
            ["heads"] = Text(settings.Heads),
            ["width"] = Text(settings.Width),
        };
    }

    public WeightLayout Layout { get; }

    public IReadOnlyDictionary<string, string> Identity { get; }

    public string Unit => "tokens";

    public int UnitsPerRow => _settings.Context;

    public bool CountsHits => false;

    /// <summary>Trainable weights of such a model, before anything is allocated.</summary>
    public static long Weights(TorchSettings settings)
    {
        long width = settings.Width;
        return ((TorchSettings.Vocabulary + settings.Context + 2) * width) + (settings.Layers * ((12 * width * width) + (13 * width)));
    }

    public ModelLoss Loss(WeightViews weights, long step, int firstRow, int rows)
    {
        Array.Resize(ref _tokens, rows * _settings.Context);
        Array.Resize(ref _targets, rows * _settings.Context);
        _corpus.Sample(_settings.Seed, step, firstRow, _settings.Context, _tokens, _targets);
        var x = weights["token"].index_select(0, tensor(_tokens)).view(rows, _settings.Context, _settings.Width).Plus(weights["position"]);
        for (var layer = 0; layer < _settings.Layers; layer++)
        {
            x = x.Plus(Attention(weights, Norm(weights, x, $"{layer}.attention.norm"), $"{layer}.attention", rows));
            x = x.Plus(weights.Linear(functional.gelu(weights.Linear(Norm(weights, x, $"{layer}.mlp.norm"), $"{layer}.mlp.in")), $"{layer}.mlp.out"));
        }

        var logits = functional.linear(Norm(weights, x, "norm"), weights["token"]).view(-1, TorchSettings.Vocabulary);
        return new ModelLoss(functional.cross_entropy(logits, tensor(_targets), reduction: Reduction.Sum), Hits: 0);
    }

    private Tensor Attention(WeightViews weights, Tensor x, string name, long rows)
    {
        long heads = _settings.Heads;
        var parts = weights.Linear(x, name + ".in")
            .view(rows, _settings.Context, 3, heads, _settings.Width / heads)
            .permute(2, 0, 3, 1, 4)
            .unbind(0);
        var mixed = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_casual: true);
        return weights.Linear(mixed.transpose(1, 2).reshape(rows, _settings.Context, _settings.Width), name + ".out");
    }

    private Tensor Norm(WeightViews weights, Tensor x, string name)
        => functional.layer_norm(x, _normShape, weights[name + ".gain"], weights[name + ".bias"], NormEpsilon);

    private static IEnumerable<WeightSpec> Matrices(TorchSettings settings)
    {
        // GPT-2's rule: what adds to the residual stream starts smaller by the root of the number of such additions.
        var residual = Deviation / Math.Sqrt(2 * settings.Layers);
        long width = settings.Width;
        yield return new("token", 0, Deviation, TorchSettings.Vocabulary, width);
        yield return new("position", 0, Deviation, settings.Context, width);
        for (var layer = 0; layer < settings.Layers; layer++)
        {
            yield return new($"{layer}.attention.in", 0, Deviation, 3 * width, width);
            yield return new($"{layer}.attention.out", 0, residual, width, width);
            yield return new($"{layer}.mlp.in", 0, Deviation, 4 * width, width);
            yield return new($"{layer}.mlp.out", 0, residual, width, 4 * width);
        }
    }

    private static IEnumerable<WeightSpec> NormsAndBiases(TorchSettings settings)
    {
        long width = settings.Width;
        for (var layer = 0; layer < settings.Layers; layer++)
        {
            yield return Gain($"{layer}.attention.norm", width);
            yield return Bias($"{layer}.attention.norm", width);
            yield return Gain($"{layer}.mlp.norm", width);
            yield return Bias($"{layer}.mlp.norm", width);
            yield return Bias($"{layer}.attention.in", 3 * width);
            yield return Bias($"{layer}.attention.out", width);
            yield return Bias($"{layer}.mlp.in", 4 * width);
            yield return Bias($"{layer}.mlp.out", width);
        }

        yield return Gain("norm", width);
        yield return Bias("norm", width);
    }

    private static WeightSpec Gain(string name, long width) => new(name + ".gain", 1, 0, width);

    private static WeightSpec Bias(string name, long width) => new(name + ".bias", 0, 0, width);

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
