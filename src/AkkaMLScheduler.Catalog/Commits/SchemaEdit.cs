namespace AkkaMLScheduler.Catalog;

/// <summary>A change of a dataset's columns that touches no file: columns have ids, and files are read by them.</summary>
public abstract record SchemaEdit
{
    private SchemaEdit()
    {
    }

    /// <summary>A new column at the end; rows that are there lack it, so it must be nullable.</summary>
    public sealed record Add(Column Column) : SchemaEdit;

    /// <summary>Takes a column away. One of the same name that is added later is another column.</summary>
    public sealed record Drop(string Name) : SchemaEdit;

    /// <summary>Another name for a column; older versions keep the former.</summary>
    public sealed record Rename(string From, string To) : SchemaEdit;

    /// <summary>A wider type: Int32 to Int64.</summary>
    public sealed record Widen(string Name, ColumnType Type) : SchemaEdit;
}
