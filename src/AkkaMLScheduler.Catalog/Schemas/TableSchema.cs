using System.Text.Json;

namespace AkkaMLScheduler.Catalog;

/// <summary>The ordered columns of a dataset. Equal when the columns are equal, in order.</summary>
public sealed record TableSchema(IReadOnlyList<Column> Columns)
{
    /// <summary>A limit against damaged or hostile input; wide tables of real use stay far below. Ten thousand of a user's, and a few of ours beside them.</summary>
    public const int MaxColumns = 10_016;

    private const int MaxNameLength = 255;

    public TableSchema(params Column[] columns)
        : this((IReadOnlyList<Column>)columns)
    {
    }

    /// <summary>Position of the column, or -1. Case does not matter.</summary>
    public int IndexOf(string name)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].Name, name, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        return -1;
    }

    /// <summary>The column of that name, or null. Case does not matter.</summary>
    public Column? Find(string name) => IndexOf(name) is >= 0 and var index ? Columns[index] : null;

    /// <exception cref="CatalogException">No columns, too many, a blank, long or doubled name.</exception>
    public void Validate(string dataset)
    {
        if (Columns.Count is 0 or > MaxColumns)
            throw new CatalogException($"Dataset '{dataset}' has {Columns.Count} columns; 1 to {MaxColumns} are allowed.");
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in Columns)
        {
            if (string.IsNullOrWhiteSpace(column.Name) || column.Name.Length > MaxNameLength)
                throw new CatalogException($"Dataset '{dataset}' has a column name that is blank or longer than {MaxNameLength} characters.");
            if (!seen.Add(column.Name))
                throw new CatalogException($"Dataset '{dataset}' has two columns named '{column.Name}' (case does not count); rename one.");
        }
    }

    public bool Equals(TableSchema? other) => other is not null && Columns.SequenceEqual(other.Columns);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var column in Columns)
            hash.Add(column);
        return hash.ToHashCode();
    }

    public override string ToString() =>
        string.Join(", ", Columns.Select(column => $"{column.Name} {column.Type}{(column.Nullable ? "" : " required")}"));

    internal string ToJson() => JsonSerializer.Serialize(Columns, SchemaJson.Default.IReadOnlyListColumn);

    internal static TableSchema FromJson(string json) => new(JsonSerializer.Deserialize(json, SchemaJson.Default.IReadOnlyListColumn)!);
}
