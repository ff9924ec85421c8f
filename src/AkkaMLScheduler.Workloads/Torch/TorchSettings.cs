using AkkaMLScheduler.Catalog.Text;
using AkkaMLScheduler.Workloads.Parameters;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>What to train and how.</summary>
/// <param name="Batch">Sequences per step over all ranks.</param>
/// <param name="Context">Tokens per sequence.</param>
internal sealed record TorchSettings(
    long Steps, int Batch, int Context, int Layers, int Heads, int Width, double LearningRate, long Seed, int LogEvery, int Threads)
{
    /// <summary>256 bytes and the end of a text.</summary>
    public const int Vocabulary = ByteTokenizer.VocabularySize;

    /// <summary>Weights, gradients and both moments are one array each, and an array of .NET ends at 2 GiB.</summary>
    public const long MaxWeights = 256L << 20;

    public static readonly IReadOnlyList<ParameterSpec> Specs =
    [
        new("steps", "int", "200", "Number of updates.") { Minimum = 1, Maximum = 100_000_000 },
        new("batch", "int", "16", "Sequences per step, shared out over the ranks.") { Minimum = 1, Maximum = 65_536 },
        new("context", "int", "64", "Tokens per sequence.") { Minimum = 2, Maximum = 8192 },
        new("layers", "int", "2", "Blocks of attention and MLP.") { Minimum = 1, Maximum = 96 },
        new("heads", "int", "4", "Attention heads per block; must divide width.") { Minimum = 1, Maximum = 128 },
        new("width", "int", "128", "Size of each token's vector.") { Minimum = 4, Maximum = 8192 },
        new("learningRate", "float", "0.003", "AdamW's step size, reached after 20 steps.") { Minimum = 1e-8, Maximum = 10 },
        new("seed", "int", "1", "Seed of the first weights and of the order of the data.") { Minimum = 0, Maximum = long.MaxValue },
        new("threads", "int", "1", "CPU threads of each task. Runs with equal threads are equal bit for bit; others sum in another order.")
        {
            Minimum = 1,
            Maximum = 256,
        },
        new("logEvery", "int", "10", "Steps between two lines of the log.") { Minimum = 1, Maximum = 1_000_000 },
    ];

    /// <summary>Number of trainable weights.</summary>
    public long Weights => WeightLayout.Count(this);

    public static TorchSettings From(RunParameters parameters) => new(
        parameters.Long("steps"),
        parameters.Int("batch"),
        parameters.Int("context"),
        parameters.Int("layers"),
        parameters.Int("heads"),
        parameters.Int("width"),
        parameters.Float("learningRate"),
        parameters.Long("seed"),
        parameters.Int("logEvery"),
        parameters.Int("threads"));

    public IEnumerable<string> Check()
    {
        if (Width % Heads != 0)
            yield return $"run.heads {Heads} must divide run.width {Width}";
        if (Weights > MaxWeights)
            yield return $"run.layers {Layers} and run.width {Width} make {Weights} weights, the limit is {MaxWeights}";
    }
}
