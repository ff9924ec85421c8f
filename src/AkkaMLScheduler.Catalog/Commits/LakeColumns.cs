using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

/// <summary>The columns of a DuckLake table: an id for life per column, a row per definition, ended when it changes.</summary>
internal sealed class LakeColumns(CommitTransaction commit, long tableId)
{
    private DataConnection Connection => commit.Connection;

    /// <summary>Ends and begins column rows until they say <paramref name="schema"/>; gives the live ones, lists with their element.</summary>
    public async Task<IReadOnlyList<ColumnRow>> BringToAsync(EvolvedSchema schema, bool isNew, CancellationToken ct)
    {
        var all = await Connection.GetTable<ColumnRow>().Where(row => row.TableId == tableId).ToListAsync(ct).ConfigureAwait(false);
        var live = all.Where(row => row.EndSnapshot is null).ToList();
        var nextId = all.Select(row => row.ColumnId).DefaultIfEmpty(0).Max() + 1;
        var wanted = Wanted(schema, live, ref nextId);
        if (!isNew && wanted.Count == live.Count && wanted.All(row => live.Any(old => Same(old, row))))
            return live;

        foreach (var old in live.Where(old => !wanted.Any(row => Same(old, row))))
        {
            await Connection.GetTable<ColumnRow>()
                .Where(row => row.TableId == tableId && row.ColumnId == old.ColumnId && row.EndSnapshot == null)
                .Set(row => row.EndSnapshot, commit.SnapshotId)
                .UpdateAsync(ct).ConfigureAwait(false);
        }

        foreach (var row in wanted.Where(row => !live.Any(old => Same(old, row))))
            await Connection.InsertAsync(row, token: ct).ConfigureAwait(false);
        if (!isNew)
            commit.Changed(FormattableString.Invariant($"altered_table:{tableId}"));
        await commit.SchemaChangedAsync(tableId, ct).ConfigureAwait(false);
        return wanted;
    }

    /// <summary>The mapping by name for these columns: the newest one if it still says the same, else a new one.</summary>
    public async Task<long> MappingAsync(IReadOnlyList<ColumnRow> live, CancellationToken ct)
    {
        var newest = await Connection.GetTable<ColumnMappingRow>()
            .Where(row => row.TableId == tableId).MaxAsync(row => (long?)row.MappingId, ct).ConfigureAwait(false);
        if (newest is { } id)
        {
            var names = await Connection.GetTable<NameMappingRow>().Where(row => row.MappingId == id).ToListAsync(ct).ConfigureAwait(false);
            if (names.Count == live.Count
                && live.All(column => names.Any(name => name.TargetFieldId == column.ColumnId && name.SourceName == column.ColumnName)))
                return id;
        }

        var mapping = new ColumnMappingRow { MappingId = commit.NextCatalogId(), TableId = tableId };
        await Connection.InsertAsync(mapping, token: ct).ConfigureAwait(false);
        foreach (var column in live)
        {
            var name = new NameMappingRow
            {
                MappingId = mapping.MappingId,
                ColumnId = column.ColumnId,
                SourceName = column.ColumnName,
                TargetFieldId = column.ColumnId,
                ParentColumn = column.ParentColumn,
            };
            await Connection.InsertAsync(name, token: ct).ConfigureAwait(false);
        }

        return mapping.MappingId;
    }

    private static string LakeType(ColumnType type) => type switch
    {
        ColumnType.Boolean => "boolean",
        ColumnType.Int32 => "int32",
        ColumnType.Int64 => "int64",
        ColumnType.Float64 => "float64",
        ColumnType.String => "varchar",
        ColumnType.Timestamp => "timestamptz",
        ColumnType.Binary => "blob",
        ColumnType.Int32List => "list",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "unknown column type"),
    };

    private static bool Same(ColumnRow left, ColumnRow right) =>
        left.ColumnId == right.ColumnId && left.ColumnName == right.ColumnName && left.ColumnType == right.ColumnType
        && left.NullsAllowed == right.NullsAllowed && left.ColumnOrder == right.ColumnOrder && left.ParentColumn == right.ParentColumn;

    /// <summary>Int32 and Int64 are one column that was widened; any other two types are two columns.</summary>
    private static bool KeepsId(ColumnRow old, string type) =>
        old.ColumnType == type || (old.ColumnType is "int32" && type is "int64");

    private List<ColumnRow> Wanted(EvolvedSchema schema, List<ColumnRow> live, ref long nextId)
    {
        var wanted = new List<ColumnRow>();
        var order = 1L;
        foreach (var (column, former) in schema.Schema.Columns.Zip(schema.FormerNames))
        {
            var type = LakeType(column.Type);
            var old = live.Find(row => row.ParentColumn is null
                && string.Equals(row.ColumnName, former, StringComparison.OrdinalIgnoreCase) && KeepsId(row, type));
            var keepsName = string.Equals(old?.ColumnName, column.Name, StringComparison.OrdinalIgnoreCase);
            var row = NewRow(old?.ColumnId ?? nextId++, order++, keepsName ? old!.ColumnName : column.Name, type, column.Nullable, null);
            wanted.Add(row);
            if (column.Type != ColumnType.Int32List)
                continue;
            var element = live.Find(child => child.ParentColumn == row.ColumnId);
            wanted.Add(NewRow(element?.ColumnId ?? nextId++, order++, ParquetShape.ElementName, "int32", true, row.ColumnId));
        }

        return wanted;
    }

    private ColumnRow NewRow(long id, long order, string name, string type, bool nullable, long? parent) => new()
    {
        ColumnId = id,
        BeginSnapshot = commit.SnapshotId,
        TableId = tableId,
        ColumnOrder = order,
        ColumnName = name,
        ColumnType = type,
        NullsAllowed = nullable,
        ParentColumn = parent,
    };
}
