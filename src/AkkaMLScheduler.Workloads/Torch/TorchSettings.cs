using AkkaMLScheduler.Catalog.Text;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Parameters;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>What to train and how.</summary>
/// <param name="Model"><c>gpt</c> or <c>mlp</c>.</param>
/// <param name="Batch">Sequences or rows per step over all ranks.</param>
/// <param name="Context">Tokens per sequence.</param>
/// <param name="Features">Empty: every column that can be used.</param>
internal sealed record TorchSettings(
    string Model, string Target, IReadOnlyList<string> Features, string Objective,
    long Steps, int Batch, int Context, int Layers, int Heads, int Width, double LearningRate, long Seed, int LogEvery, int Threads)
{
    /// <summary>256 bytes and the end of a text.</summary>
    public const int Vocabulary = ByteTokenizer.VocabularySize;

    /// <summary>Weights, gradients and both moments are one array each, and an array of .NET ends at 2 GiB.</summary>
    public const long MaxWeights = 256L << 20;

    private static readonly string[] ForText = ["context", "heads"];
    private static readonly string[] ForTables = ["target", "features", "objective"];

    public static readonly IReadOnlyList<ParameterSpec> Specs =
    [
        new("model", "string", "gpt", "gpt, a language model of the inputs' tokens, or mlp, a multi-layer perceptron over their rows."),
        new("target", "string", "", "mlp: the column to predict."),
        new("features", "list", "[]", "mlp: the columns to predict it from; without it, all of numbers, truth values, or texts of at most 100 values.")
        {
            Maximum = 1000,
        },
        new("objective", "string", "auto", "mlp: classify, regress, or auto, by the target's type and how many values it has."),
        new("steps", "int", "200", "Number of updates.") { Minimum = 1, Maximum = 100_000_000 },
        new("batch", "int", "16", "Sequences (gpt) or rows (mlp) per step, shared out over the ranks.") { Minimum = 1, Maximum = 65_536 },
        new("context", "int", "64", "gpt: tokens per sequence.") { Minimum = 2, Maximum = 8192 },
        new("layers", "int", "2", "Blocks of attention and MLP (gpt), or hidden layers (mlp).") { Minimum = 1, Maximum = 96 },
        new("heads", "int", "4", "gpt: attention heads per block; must divide width.") { Minimum = 1, Maximum = 128 },
        new("width", "int", "128", "Size of each token's vector (gpt), or of each hidden layer (mlp).") { Minimum = 4, Maximum = 8192 },
        new("learningRate", "float", "0.003", "AdamW's step size, reached after 20 steps.") { Minimum = 1e-8, Maximum = 10 },
        new("seed", "int", "1", "Seed of the first weights and of the order of the data.") { Minimum = 0, Maximum = long.MaxValue },
        new("threads", "int", "1", "CPU threads of each task. Runs with equal threads are equal bit for bit; others sum in another order.")
        {
            Minimum = 1,
            Maximum = 256,
        },
        new("logEvery", "int", "10", "Steps between two lines of the log.") { Minimum = 1, Maximum = 1_000_000 },
    ];

    public static TorchSettings From(RunParameters parameters) => new(
        parameters.Text("model"),
        parameters.Text("target"),
        parameters.List("features"),
        parameters.Text("objective"),
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

    public IEnumerable<string> Check(RunParameters parameters)
    {
        if (Model is not ("gpt" or "mlp")) return [$"run.model must be gpt or mlp, not '{Model}'"];
        var foreign = (Model == "gpt" ? ForTables : ForText).Where(parameters.IsGiven).Select(name => $"run.{name} has no meaning for run.model {Model}");
        return foreign.Concat(Model == "gpt" ? CheckGpt() : CheckMlp());
    }

    private IEnumerable<string> CheckGpt()
    {
        if (Width % Heads != 0)
            yield return $"run.heads {Heads} must divide run.width {Width}";
        if (LanguageModel.Weights(this) is > MaxWeights and var weights)
            yield return $"run.layers {Layers} and run.width {Width} make {weights} weights, the limit is {MaxWeights}";
    }

    private IEnumerable<string> CheckMlp()
    {
        if (Target.Length == 0)
            yield return "run.target must name the column to predict";
        if (Objective is not ("auto" or "classify" or "regress"))
            yield return $"run.objective must be auto, classify or regress, not '{Objective}'";
    }
}
