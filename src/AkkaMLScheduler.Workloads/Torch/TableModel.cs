using System.Globalization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>
/// A multi-layer perceptron over a table's rows: hidden layers with ReLU, He et al.'s first weights, and either one output for each class,
/// trained by cross entropy in nats, or one output, trained by the squared error in deviations of the target.
/// </summary>
internal sealed class TableModel : ITrainedModel
{
    private readonly TorchSettings _settings;
    private readonly TrainingTable _table;
    private float[] _values = [];
    private float[] _targets = [];

    public TableModel(TorchSettings settings, TrainingTable table)
    {
        _settings = settings;
        _table = table;
        Layout = new WeightLayout(Layers().Select(Matrix), Layers().Select(layer => new WeightSpec(layer.Name + ".bias", 0, 0, layer.To)));
        if (Layout.Total > TorchSettings.MaxWeights)
        {
            throw new WorkloadException(
                $"{table.Width} inputs, run.layers {settings.Layers} and run.width {settings.Width} make {Layout.Total} weights, "
                + $"the limit is {TorchSettings.MaxWeights}");
        }

        Identity = new Dictionary<string, string>
        {
            ["model"] = "mlp",
            ["target"] = table.Target,
            ["classes"] = string.Join(",", table.Classes),
            ["features"] = string.Join(",", table.Features),
            ["layers"] = settings.Layers.ToString(CultureInfo.InvariantCulture),
            ["width"] = settings.Width.ToString(CultureInfo.InvariantCulture),
        };
    }

    public WeightLayout Layout { get; }

    public IReadOnlyDictionary<string, string> Identity { get; }

    public string Unit => "rows";

    public int UnitsPerRow => 1;

    public bool CountsHits => Classifies;

    private bool Classifies => _table.Classes.Count > 0;

    private int Outputs => Classifies ? _table.Classes.Count : 1;

    public ModelLoss Loss(WeightViews weights, long step, int firstRow, int rows)
    {
        Array.Resize(ref _values, rows * _table.Width);
        Array.Resize(ref _targets, rows);
        _table.Sample(_settings.Seed, step, firstRow, _values, _targets);
        var x = tensor(_values, [rows, _table.Width]);
        foreach (var layer in Layers())
            x = layer.Name == "out" ? weights.Linear(x, layer.Name) : functional.relu(weights.Linear(x, layer.Name));
        if (!Classifies) return new ModelLoss(functional.mse_loss(x.flatten(), tensor(_targets), Reduction.Sum), Hits: 0);
        var classes = tensor(_targets).to_type(ScalarType.Int64);
        var hits = x.argmax(1).eq(classes).sum().item<long>();
        return new ModelLoss(functional.cross_entropy(x, classes, reduction: Reduction.Sum), hits);
    }

    private IEnumerable<Layer> Layers()
    {
        var from = _table.Width;
        for (var i = 0; i < _settings.Layers; i++)
        {
            yield return new Layer(i.ToString(CultureInfo.InvariantCulture), from, _settings.Width);
            from = _settings.Width;
        }

        yield return new Layer("out", from, Outputs);
    }

    // Before ReLU twice the variance, because it halves it.
    private static WeightSpec Matrix(Layer layer) => new(layer.Name, 0, Math.Sqrt((layer.Name == "out" ? 1.0 : 2.0) / layer.From), layer.To, layer.From);

    private readonly record struct Layer(string Name, int From, int To);
}
