using System.Globalization;
using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Async;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Bounds by which readers skip files and tables. A wrong one loses rows, so an unknown one stays unknown: once a file without bounds
/// is added, the table's are forgotten. Only top-level columns have statistics.
/// </summary>
internal static class LakeStatistics
{
    public static async Task InsertAsync(
        DataConnection connection, long fileId, long tableId, IReadOnlyList<ColumnRow> columns, DataFile file, CancellationToken ct)
    {
        foreach (var statistics in file.Statistics)
        {
            if (Find(columns, statistics.Column) is not { } column)
                continue;
            var row = new FileColumnStatsRow
            {
                DataFileId = fileId,
                TableId = tableId,
                ColumnId = column.ColumnId,
                ValueCount = statistics.Values,
                NullCount = statistics.Nulls,
                MinValue = statistics.Min,
                MaxValue = statistics.Max,
                ContainsNaN = statistics.ContainsNaN,
            };
            await connection.InsertAsync(row, token: ct).ConfigureAwait(false);
        }
    }

    /// <param name="connection">Inside the commit.</param>
    /// <param name="tableId">The table.</param>
    /// <param name="columns">Its live columns.</param>
    /// <param name="files">The added files.</param>
    /// <param name="restart">Whether the table has no other rows than those of the files.</param>
    /// <param name="ct">Stops waiting.</param>
    public static async Task MergeAsync(
        DataConnection connection, long tableId, IReadOnlyList<ColumnRow> columns, IReadOnlyList<DataFile> files, bool restart, CancellationToken ct)
    {
        var stored = await connection.GetTable<TableColumnStatsRow>()
            .Where(row => row.TableId == tableId).ToDictionaryAsync(row => row.ColumnId, ct).ConfigureAwait(false);
        await connection.GetTable<TableColumnStatsRow>().DeleteAsync(row => row.TableId == tableId, ct).ConfigureAwait(false);
        foreach (var column in columns.Where(column => column.ParentColumn is null))
        {
            var parts = files.Where(file => file.Rows > 0).Select(file => Part(column, file)).ToList();
            if (!restart && stored.TryGetValue(column.ColumnId, out var former))
                parts.Insert(0, former);
            else if (!restart)
                parts.Insert(0, new TableColumnStatsRow { ContainsNull = true });
            if (parts.Count > 0)
                await connection.InsertAsync(Merged(tableId, column, parts), token: ct).ConfigureAwait(false);
        }
    }

    private static ColumnRow? Find(IReadOnlyList<ColumnRow> columns, string name) => columns.FirstOrDefault(column =>
        column.ParentColumn is null && string.Equals(column.ColumnName, name, StringComparison.OrdinalIgnoreCase));

    private static TableColumnStatsRow Part(ColumnRow column, DataFile file)
    {
        var statistics = file.Statistics.FirstOrDefault(part => string.Equals(part.Column, column.ColumnName, StringComparison.OrdinalIgnoreCase));
        return statistics is null
            ? new TableColumnStatsRow { ContainsNull = true }
            : new TableColumnStatsRow
            {
                ContainsNull = statistics.Nulls > 0,
                ContainsNaN = statistics.ContainsNaN,
                MinValue = statistics.Min,
                MaxValue = statistics.Max,
            };
    }

    private static TableColumnStatsRow Merged(long tableId, ColumnRow column, List<TableColumnStatsRow> parts)
    {
        var bounded = parts.TrueForAll(part => part.MinValue is not null && part.MaxValue is not null);
        return new TableColumnStatsRow
        {
            TableId = tableId,
            ColumnId = column.ColumnId,
            ContainsNull = parts.Exists(part => part.ContainsNull != false),
            ContainsNaN = parts.TrueForAll(part => part.ContainsNaN is not null) ? parts.Exists(part => part.ContainsNaN == true) : null,
            MinValue = bounded ? parts.Select(part => part.MinValue!).MinBy(value => Number(column, value)) : null,
            MaxValue = bounded ? parts.Select(part => part.MaxValue!).MaxBy(value => Number(column, value)) : null,
        };
    }

    /// <summary>Integers as decimal: a double would lose the last digits of an Int64.</summary>
    private static IComparable Number(ColumnRow column, string value) => column.ColumnType == "float64"
        ? double.Parse(value, CultureInfo.InvariantCulture)
        : decimal.Parse(value, CultureInfo.InvariantCulture);
}
