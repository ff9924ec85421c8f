using System.Collections.ObjectModel;
using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

/// <summary>The columns of a table at one snapshot, and what they are called in its files.</summary>
internal sealed class SnapshotColumns
{
    private readonly IReadOnlyList<ColumnRow> _columns;
    private readonly Dictionary<long, Dictionary<string, string?>> _otherNames;

    private SnapshotColumns(IReadOnlyList<ColumnRow> columns, ILookup<long, NameMappingRow> mappings)
    {
        _columns = columns;
        _otherNames = mappings.ToDictionary(mapping => mapping.Key, mapping => OtherNamesOf([.. mapping]));
    }

    /// <summary>In the order of the schema.</summary>
    public IReadOnlyList<long> Ids => [.. _columns.Select(column => column.ColumnId)];

    public static async Task<SnapshotColumns> ReadAsync(
        DataConnection connection, long tableId, long snapshotId, IReadOnlyList<LiveFile> files, CancellationToken ct)
    {
        var columns = await connection.GetTable<ColumnRow>()
            .Where(row => row.TableId == tableId && row.ParentColumn == null && row.BeginSnapshot <= snapshotId
                && (row.EndSnapshot == null || row.EndSnapshot > snapshotId))
            .OrderBy(row => row.ColumnOrder).ToListAsync(ct).ConfigureAwait(false);
        var ids = files.Select(file => file.MappingId).OfType<long>().Distinct().ToList();
        var mappings = await connection.GetTable<NameMappingRow>()
            .Where(row => ids.Contains(row.MappingId) && row.ParentColumn == null).ToListAsync(ct).ConfigureAwait(false);
        return new SnapshotColumns(columns, mappings.ToLookup(row => row.MappingId));
    }

    /// <summary>See <see cref="SnapshotFile.OtherNames"/>.</summary>
    public IReadOnlyDictionary<string, string?> OtherNames(LiveFile file) =>
        file.MappingId is { } id && _otherNames.TryGetValue(id, out var names) ? names : ReadOnlyDictionary<string, string?>.Empty;

    private Dictionary<string, string?> OtherNamesOf(List<NameMappingRow> mapping)
    {
        var others = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var column in _columns)
        {
            var source = mapping.Find(row => row.TargetFieldId == column.ColumnId)?.SourceName;
            var takesName = mapping.Exists(row => string.Equals(row.SourceName, column.ColumnName, StringComparison.OrdinalIgnoreCase));
            if (source is null ? takesName : !string.Equals(source, column.ColumnName, StringComparison.OrdinalIgnoreCase))
                others[column.ColumnName] = source;
        }

        return others;
    }
}
