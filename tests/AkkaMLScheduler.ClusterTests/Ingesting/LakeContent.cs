using AkkaMLScheduler.Catalog;
using DuckDB.NET.Data;

namespace AkkaMLScheduler.ClusterTests.Ingesting;

/// <summary>What DuckDB finds in a version's files.</summary>
/// <param name="Ids">Different ids.</param>
/// <param name="Places">Different places (partition and offset).</param>
/// <param name="Wrong">Rows whose other columns do not belong to their id.</param>
internal sealed record LakeContent(long Rows, long Ids, long Places, long LeastId, long GreatestId, long Wrong)
{
    public static async Task<LakeContent> ReadAsync(DatasetSnapshot version, long messages, int partitions)
    {
        await using var connection = new DuckDBConnection("DataSource=:memory:");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
             SELECT count(*), count(DISTINCT id), count(DISTINCT (_source, _offset)), min(id), max(id),
               count(*) FILTER (name <> 'message ' || id OR abs(value - id / 7.0) > 0.0001 OR length(note) <> 120
                 OR id >= {messages} OR _offset >= {messages} OR CAST(split_part(_source, '/', -1) AS INTEGER) >= {partitions})
             FROM read_parquet([{string.Join(", ", version.Files.Select(file => $"'{file.Path}'"))}])
             """;
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return new LakeContent(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5));
    }
}
