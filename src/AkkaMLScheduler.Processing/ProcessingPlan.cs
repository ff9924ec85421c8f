using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Processing;

/// <summary>
/// The settings applied to one raw version: which columns are read, what they must become, and which of them is the text.
/// </summary>
internal sealed class ProcessingPlan
{
    private ProcessingPlan(DatasetSnapshot raw, ProcessingSettings settings, IReadOnlyList<Column> input, IReadOnlyList<Column> enforced)
    {
        Raw = raw;
        Settings = settings;
        Input = input;
        Enforced = enforced;
        TextIndex = IndexOf(enforced, settings.TextColumn, ColumnType.String);
        IdIndex = IndexOf(enforced, settings.IdColumn, null);
        InputIndexes = [.. enforced.Select(column => IndexOf(input, column.Name, null))];
        ProcessedSchema = new TableSchema([.. enforced, .. Provenance.Columns]);
    }

    public static TableSchema RejectsSchema { get; } = new(
    [
        .. Provenance.Columns,
        new("code", ColumnType.String, Nullable: false),
        new("column", ColumnType.String, Nullable: false),
        new("message", ColumnType.String, Nullable: false),
        new("original", ColumnType.String, Nullable: false),
    ]);

    public static TableSchema CuratedSchema { get; } = new(
        new Column("doc_id", ColumnType.String, Nullable: false),
        new Column("text", ColumnType.String, Nullable: false),
        new Column("tokens", ColumnType.Int32List, Nullable: false),
        new Column("n_tokens", ColumnType.Int32, Nullable: false));

    public DatasetSnapshot Raw { get; }

    public ProcessingSettings Settings { get; }

    /// <summary>The user's columns of the raw version, in its order.</summary>
    public IReadOnlyList<Column> Input { get; }

    /// <summary>The columns that leave, without provenance.</summary>
    public IReadOnlyList<Column> Enforced { get; }

    /// <summary>Per enforced column its place in <see cref="Input"/>, or -1.</summary>
    public IReadOnlyList<int> InputIndexes { get; }

    /// <summary>The text column's place in <see cref="Enforced"/>; -1 = tabular.</summary>
    public int TextIndex { get; }

    /// <summary>The id column's place in <see cref="Enforced"/>, or -1.</summary>
    public int IdIndex { get; }

    public bool IsTabular => TextIndex < 0;

    public TableSchema ProcessedSchema { get; }

    /// <exception cref="ProcessingException">The raw dataset has no provenance or no columns of the user.</exception>
    public static ProcessingPlan For(DatasetSnapshot raw, ProcessingSettings settings)
    {
        if (raw.Layer != Layer.Raw)
            throw new ProcessingException($"{raw.Version} is {raw.Layer.ToString().ToLowerInvariant()}, not raw; name a raw dataset.");
        foreach (var column in Provenance.Columns)
        {
            if (raw.Schema.Find(column.Name)?.Type != column.Type)
                throw new ProcessingException($"{raw.Version} has no {column.Type} column '{column.Name}'; ingest it again with this program.");
        }

        var input = raw.Schema.Columns.Where(Provenance.IsUserColumn).ToList();
        var enforced = settings.Schema?.Columns ?? [.. input.Select(column => column with { Nullable = true })];
        if (enforced.Count == 0 || !enforced.All(Provenance.IsUserColumn))
            throw new ProcessingException($"The schema for {raw.Version} needs at least one column, and none may begin with '_'.");
        return new ProcessingPlan(raw, settings, input, enforced);
    }

    private static int IndexOf(IReadOnlyList<Column> columns, string name, ColumnType? type)
    {
        for (var i = 0; i < columns.Count; i++)
        {
            if (string.Equals(columns[i].Name, name, StringComparison.OrdinalIgnoreCase) && (type is null || columns[i].Type == type))
                return i;
        }

        return -1;
    }
}
