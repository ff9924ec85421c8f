using System.Runtime.CompilerServices;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>
/// The rows of a task's input datasets as numbers: what can be measured is scaled to mean 0 and deviation 1, a text becomes one input for
/// each of its values. All of it follows from the data, so that the same version always gives the same table. Rows in which a value is
/// missing are left out.
/// </summary>
internal sealed class TrainingTable
{
    /// <summary>Different values of a text column, or of a target of classes; more are rather keys or measures.</summary>
    public const int MaxValues = 100;

    private static readonly ColumnType[] Usable =
        [ColumnType.Boolean, ColumnType.Int32, ColumnType.Int64, ColumnType.Float64, ColumnType.String];

    private readonly float[] _inputs;
    private readonly float[] _targets;

    private TrainingTable(string target, IReadOnlyList<string> classes, IReadOnlyList<string> features, float[] inputs, float[] targets)
    {
        Target = target;
        Classes = classes;
        Features = features;
        _inputs = inputs;
        _targets = targets;
    }

    public string Target { get; }

    /// <summary>In the order of the model's outputs; empty where the target is a measure.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The model's inputs in their order: a column's name, or <c>column=value</c>.</summary>
    public IReadOnlyList<string> Features { get; }

    public int Width => Features.Count;

    public int Count => _targets.Length;

    /// <exception cref="WorkloadException">The inputs have no such columns, or no row without a missing value.</exception>
    public static TrainingTable Read(IReadOnlyList<DatasetInput> inputs, TorchSettings settings, TextWriter log, CancellationToken stop) =>
        ReadAsync(inputs, settings, log, stop).GetAwaiter().GetResult();

    /// <summary>Rows of a step's global batch from <paramref name="firstRow"/> on: each is drawn from (seed, step, row) alone.</summary>
    /// <param name="values">[rows · width], filled.</param>
    /// <param name="targets">[rows], filled with scaled measures, or with the numbers of classes.</param>
    public void Sample(long seed, long step, int firstRow, Span<float> values, Span<float> targets)
    {
        for (var row = 0; row < targets.Length; row++)
        {
            var drawn = (int)SplitMix64.For(seed, step, firstRow + row).Below(Count);
            _inputs.AsSpan(drawn * Width, Width).CopyTo(values[(row * Width)..]);
            targets[row] = _targets[drawn];
        }
    }

    private static async Task<TrainingTable> ReadAsync(
        IReadOnlyList<DatasetInput> inputs, TorchSettings settings, TextWriter log, CancellationToken stop)
    {
        if (inputs.Count == 0) throw new WorkloadException("run.model mlp trains on a table: give the job an input that has the column of run.target");
        var target = Find(settings.Target, inputs[0], "run.target");
        var features = settings.Features.Count > 0
            ? settings.Features.Select(name => Find(name, inputs[0], "run.features")).ToList()
            : [.. inputs[0].Schema.Columns.Where(column => Usable.Contains(column.Type) && column != target)];
        if (features.Contains(target)) throw new WorkloadException($"run.features names the target '{target.Name}': it cannot be told what it is to predict");

        foreach (var input in inputs.Skip(1))
            foreach (var column in features.Prepend(target))
                Check(column, input);
        var looked = features.Select(TrainingColumn.Feature).Prepend(TrainingColumn.Target(target, settings.Objective)).ToList();
        await foreach (var batch in BatchesAsync(inputs, looked, stop))
            for (var i = 0; i < looked.Count; i++)
                looked[i].Look(batch[i]);

        if (looked[0].Problem is { } problem) throw new WorkloadException($"run.target '{target.Name}' {problem}");
        foreach (var unfit in looked.Skip(1).Where(column => column.Problem is not null).ToList())
        {
            if (settings.Features.Count > 0) throw new WorkloadException($"run.features: '{unfit.Name}' {unfit.Problem}");
            log.WriteLine($"column '{unfit.Name}' is left out: it {unfit.Problem}");
            looked.Remove(unfit);
        }

        if (looked.Count == 1) throw new WorkloadException($"{inputs[0].Reference} has no column to predict '{target.Name}' from");
        return await FillAsync(inputs, looked[0], looked[1..], log, stop);
    }

    private static async Task<TrainingTable> FillAsync(
        IReadOnlyList<DatasetInput> inputs, TrainingColumn target, List<TrainingColumn> features, TextWriter log, CancellationToken stop)
    {
        List<TrainingColumn> columns = [target, .. features];
        var values = columns.Select(_ => new List<double>()).ToArray();
        var read = new double[columns.Count];
        var rows = 0L;
        await foreach (var batch in BatchesAsync(inputs, columns, stop))
        {
            rows += batch.Count;
            for (var row = 0; row < batch.Count; row++)
            {
                for (var i = 0; i < read.Length; i++) read[i] = columns[i].Read(batch[i], row);
                if (!read.All(double.IsFinite)) continue;
                for (var i = 0; i < read.Length; i++) values[i].Add(read[i]);
            }
        }

        var count = values[0].Count;
        if (count == 0) throw new WorkloadException($"none of the {rows} rows has a value in each of {string.Join(", ", columns.Select(column => column.Name))}");
        if (count < rows) log.WriteLine($"{rows - count} of {rows} rows lack a value and are left out");
        string[] names = [.. features.SelectMany(column => column.Inputs)];
        if ((long)count * names.Length > Array.MaxLength)
            throw new WorkloadException($"{count} rows of {names.Length} numbers are more than one task can keep in memory");
        var table = new float[count * names.Length];
        var first = 0;
        for (var i = 0; i < features.Count; i++)
        {
            features[i].AsInputs(values[i + 1], table.AsSpan(first), names.Length);
            first += features[i].Inputs.Count;
        }

        return new TrainingTable(target.Name, target.Values, names, table, target.AsTarget(values[0]));
    }

    private static async IAsyncEnumerable<ColumnBatch> BatchesAsync(
        IReadOnlyList<DatasetInput> inputs, IEnumerable<TrainingColumn> columns, [EnumeratorCancellation] CancellationToken stop)
    {
        var schema = new TableSchema([.. columns.Select(column => column.Column)]);
        foreach (var file in inputs.SelectMany(input => input.Files))
            await foreach (var batch in ParquetFileReader.ReadAsync(file, schema, stop).ConfigureAwait(false))
                yield return batch;
    }

    private static Column Find(string name, DatasetInput input, string parameter) =>
        input.Schema.Columns.FirstOrDefault(column => column.Name == name && Usable.Contains(column.Type))
        ?? throw new WorkloadException(
            $"{parameter}: {input.Reference} has no column '{name}' of a type to learn from; it has {Described(input)}");

    private static void Check(Column column, DatasetInput input)
    {
        if (!input.Schema.Columns.Any(other => other.Name == column.Name && other.Type == column.Type))
            throw new WorkloadException($"{input.Reference} has no column '{column.Name}' of type {column.Type}, as the first input has; it has {Described(input)}");
    }

    private static string Described(DatasetInput input) => string.Join(", ", input.Schema.Columns.Select(column => $"{column.Name} {column.Type}"));
}
