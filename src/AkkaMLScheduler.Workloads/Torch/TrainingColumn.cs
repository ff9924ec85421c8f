using System.Globalization;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>
/// One column of a <see cref="TrainingTable"/>, a measure or a choice between a few values: looked through first, then read as numbers.
/// </summary>
internal sealed class TrainingColumn
{
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);

    // Null: a choice if it turns out to have few values.
    private readonly bool? _isChoice;
    private Dictionary<string, int>? _numbers;

    private TrainingColumn(Column column, bool? isChoice)
    {
        Column = column;
        _isChoice = isChoice;
    }

    public Column Column { get; }

    public string Name => Column.Name;

    /// <summary>Why it cannot be used, known once all of it has been looked through; null when it can.</summary>
    public string? Problem =>
        !IsChoice ? Column.Type == ColumnType.String ? "is text: only numbers can be regressed to" : null
        : _seen.Count > TrainingTable.MaxValues ? $"has more than {TrainingTable.MaxValues} different values"
        : _seen.Count < 2 ? "has fewer than two different values"
        : null;

    /// <summary>What can be chosen, in the order of their numbers; empty for a measure.</summary>
    public IReadOnlyList<string> Values => IsChoice ? [.. Numbers.OrderBy(pair => pair.Value).Select(pair => pair.Key)] : [];

    /// <summary>The inputs of a model that it becomes.</summary>
    public IReadOnlyList<string> Inputs => IsChoice ? [.. Values.Select(value => $"{Name}={value}")] : [Name];

    private bool IsChoice => _isChoice ?? _seen.Count <= TrainingTable.MaxValues;

    private Dictionary<string, int> Numbers => _numbers ??= InOrder().Select((value, number) => (value, number)).ToDictionary();

    public static TrainingColumn Feature(Column column) => new(column, column.Type == ColumnType.String);

    /// <param name="objective"><c>classify</c>, <c>regress</c>, or <c>auto</c>: text, truth values and whole numbers of few values are classes.</param>
    public static TrainingColumn Target(Column column, string objective) => new(column, objective switch
    {
        "classify" => true,
        "regress" => false,
        _ => column.Type switch
        {
            ColumnType.String or ColumnType.Boolean => true,
            ColumnType.Float64 => false,
            _ => null,
        },
    });

    /// <summary>Notes the values, if they may matter.</summary>
    public void Look(ColumnValues values)
    {
        if (_isChoice == false) return;
        for (var row = 0; row < values.Count && _seen.Count <= TrainingTable.MaxValues; row++)
            if (Text(values, row) is { } text)
                _seen.Add(text);
    }

    /// <summary>The measure, or the number of the value chosen; NaN where there is none.</summary>
    public double Read(ColumnValues values, int row) => IsChoice ? Text(values, row) is { } text ? Numbers[text] : double.NaN : values switch
    {
        ColumnValues<bool?> flags => flags[row] switch { true => 1, false => 0, null => double.NaN },
        ColumnValues<int?> numbers => numbers[row] ?? double.NaN,
        ColumnValues<long?> numbers => numbers[row] ?? double.NaN,
        ColumnValues<double?> numbers => numbers[row] ?? double.NaN,
        _ => throw new ArgumentException($"column {Name} of type {Column.Type} is no measure"),
    };

    /// <summary>As a target: measures scaled to mean 0 and deviation 1, choices as they are.</summary>
    public float[] AsTarget(IReadOnlyList<double> read)
    {
        var target = new float[read.Count];
        if (IsChoice) Copy(read, target);
        else Scale(read, target, stride: 1);
        return target;
    }

    /// <summary>As inputs: measures scaled to mean 0 and deviation 1, a choice as a 1 among zeros.</summary>
    /// <param name="read">One number a row.</param>
    /// <param name="table">From this column's first input in the first row on; zeros.</param>
    /// <param name="width">Inputs in one row.</param>
    public void AsInputs(IReadOnlyList<double> read, Span<float> table, int width)
    {
        if (!IsChoice)
        {
            Scale(read, table, width);
            return;
        }

        for (var row = 0; row < read.Count; row++) table[(row * width) + (int)read[row]] = 1;
    }

    private static void Copy(IReadOnlyList<double> read, Span<float> target)
    {
        for (var row = 0; row < read.Count; row++) target[row] = (float)read[row];
    }

    private static void Scale(IReadOnlyList<double> read, Span<float> target, int stride)
    {
        var mean = read.Average();
        var deviation = Math.Sqrt(read.Average(value => (value - mean) * (value - mean)));

        // What never differs says nothing, and must not be divided by.
        var scale = deviation > 0 ? 1 / deviation : 0;
        for (var row = 0; row < read.Count; row++) target[row * stride] = (float)((read[row] - mean) * scale);
    }

    private IEnumerable<string> InOrder() => Column.Type is ColumnType.Int32 or ColumnType.Int64 or ColumnType.Float64
        ? _seen.OrderBy(value => double.Parse(value, CultureInfo.InvariantCulture))
        : _seen.Order(StringComparer.Ordinal);

    private static string? Text(ColumnValues values, int row) => values switch
    {
        ColumnValues<string?> texts => texts[row],
        ColumnValues<double?> numbers => numbers[row] is { } number && !double.IsNaN(number) ? number.ToString("R", CultureInfo.InvariantCulture) : null,
        _ => Convert.ToString(values.Value(row), CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null,
    };
}
