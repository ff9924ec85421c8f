using System.Globalization;
using System.Runtime.CompilerServices;
using AkkaMLScheduler.Catalog;
using DuckDB.NET.Data;

namespace AkkaMLScheduler.Processing;

/// <summary>
/// The rows of a raw version ordered by (source, offset), whatever the order in which they arrived, with their texts in Unicode NFC.
/// DuckDB does both: it sorts within a memory limit and spills beyond it, and it carries its own normalisation tables, while .NET
/// normalises nothing where it runs without the system's culture data.
/// </summary>
internal static class RawRows
{
    /// <exception cref="ProcessingException">A file cannot be read.</exception>
    public static async IAsyncEnumerable<RecordBatch> ReadAsync(ProcessingPlan plan, [EnumeratorCancellation] CancellationToken ct = default)
    {
        if (plan.Raw.Files.Count == 0)
            yield break;
        var spill = Directory.CreateTempSubdirectory("amls-sort-");
        try
        {
            await using var connection = new DuckDBConnection("DataSource=:memory:");
            await connection.OpenAsync(ct).ConfigureAwait(false);
            await using var limits = connection.CreateCommand();
            limits.CommandText = string.Create(
                CultureInfo.InvariantCulture,
                $"SET memory_limit = '{plan.Settings.SortMemoryMiB}MiB'; SET temp_directory = {Literal(spill.FullName)};");
            await limits.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            await using var command = connection.CreateCommand();
            command.UseStreamingMode = true;
            command.CommandText = Query(plan);
            await using var reader = await Guard(plan, () => command.ExecuteReader(), ct).ConfigureAwait(false);
            while (await Guard(plan, () => NextBatch(plan, reader), ct).ConfigureAwait(false) is { } records)
                yield return new RecordBatch(records, [], 0, 0);
        }
        finally
        {
            spill.Delete(recursive: true);
        }
    }

    /// <summary>Sum of an integer column of a version.</summary>
    /// <exception cref="ProcessingException">A file cannot be read.</exception>
    public static long Sum(DatasetSnapshot version, string column)
    {
        if (version.Files.Count == 0)
            return 0;
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT CAST(coalesce(sum({Name(column)}), 0) AS BIGINT) FROM {Files(version)}";
            return (long)command.ExecuteScalar()!;
        }
        catch (DuckDBException error)
        {
            throw new ProcessingException($"Cannot read {version.Version}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static string Query(ProcessingPlan plan)
    {
        var columns = plan.Input.Select(column => column.Type switch
        {
            ColumnType.String => $"nfc_normalize({Name(column.Name)})",
            ColumnType.Int64 => $"CAST({Name(column.Name)} AS BIGINT)",
            _ => Name(column.Name),
        });
        var list = string.Join(", ", columns.Prepend(Provenance.Offset).Prepend(Provenance.Source));
        return $"SELECT {list} FROM {Files(plan.Raw)} ORDER BY {Provenance.Source}, {Provenance.Offset}";
    }

    /// <summary>All rows of a version under the names that its columns have now; files that are older than a change of names are renamed in.</summary>
    private static string Files(DatasetSnapshot version)
    {
        var parts = version.Files.GroupBy(file => string.Join(", ", file.OtherNames.Select(name => $"{name.Key}={name.Value}"))).Select(group =>
        {
            var names = group.First().OtherNames;
            var hidden = string.Join(", ", names.Where(name => name.Value is null).Select(name => Name(name.Key)));
            var renamed = string.Join(", ", names.Where(name => name.Value is not null).Select(name => $"{Name(name.Value!)} AS {Name(name.Key)}"));
            var files = string.Join(", ", group.Select(file => Literal(file.Path)));
            return $"SELECT *{(hidden.Length > 0 ? $" EXCLUDE ({hidden})" : "")}{(renamed.Length > 0 ? $" RENAME ({renamed})" : "")} "
                + $"FROM read_parquet([{files}], union_by_name = true)";
        });
        return $"({string.Join(" UNION ALL BY NAME ", parts)})";
    }

    private static List<Record>? NextBatch(ProcessingPlan plan, DuckDBDataReader reader)
    {
        var records = new List<Record>(RecordBatch.MaxRecords);
        while (records.Count < RecordBatch.MaxRecords && reader.Read())
        {
            var values = new object?[plan.Input.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = reader.IsDBNull(i + 2) ? null : Value(reader, i + 2, plan.Input[i].Type);
            records.Add(new Record(reader.GetString(0), reader.GetInt64(1), values, values));
        }

        return records.Count > 0 ? records : null;
    }

    private static object Value(DuckDBDataReader reader, int ordinal, ColumnType type)
    {
        switch (type)
        {
            case ColumnType.Timestamp:
                // Not epoch_us(): below ORDER BY, DuckDB 1.5 bounds its result as if it were milliseconds and sorts damaged values.
                return new DateTimeOffset(DateTime.SpecifyKind(reader.GetDateTime(ordinal), DateTimeKind.Utc));
            case ColumnType.Int32List:
                return reader.GetFieldValue<List<int>>(ordinal).ToArray();
            case ColumnType.Binary:
                using (var bytes = reader.GetStream(ordinal))
                {
                    var copy = new byte[bytes.Length];
                    bytes.ReadExactly(copy);
                    return copy;
                }

            default:
                return reader.GetValue(ordinal);
        }
    }

    private static async Task<T> Guard<T>(ProcessingPlan plan, Func<T> read, CancellationToken ct)
    {
        try
        {
            // DuckDB.NET works synchronously; the stream's own thread must stay free.
            return await Task.Run(read, ct).ConfigureAwait(false);
        }
        catch (DuckDBException error)
        {
            throw new ProcessingException($"Cannot read {plan.Raw.Version}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private static string Name(string column) => $"\"{column.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
