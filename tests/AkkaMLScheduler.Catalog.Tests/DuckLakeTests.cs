using System.IO.Compression;
using AkkaMLScheduler.Testing;
using DuckDB.NET.Data;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog.Tests;

[Collection(CatalogFixture.Name)]
public sealed class DuckLakeTests(PostgresServer server)
{
    public static TheoryData<CatalogProvider> Providers => LakeCatalogTests.Providers;

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Our_tables_have_the_columns_of_the_reference_implementation_in_its_order(CatalogProvider provider)
    {
        var packed = SharedData.Require("ducklake", "v04.db.gz");
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        var reference = Path.Combine(bench.Folder, "reference.db");
        await using (var source = new GZipStream(File.OpenRead(packed), CompressionMode.Decompress))
        await using (var target = File.Create(reference))
            await source.CopyToAsync(target);

        var expected = new Dictionary<string, List<string>>();
        await using (var duck = new DuckDBConnection($"DataSource={reference};ACCESS_MODE=READ_ONLY"))
        {
            await duck.OpenAsync();
            await using var command = duck.CreateCommand();
            command.CommandText = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND table_name NOT LIKE 'ducklake_inlined_data_1%' ORDER BY table_name, column_index";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                var columns = expected.TryGetValue(reader.GetString(0), out var found) ? found : expected[reader.GetString(0)] = [];
                columns.Add(reader.GetString(1));
            }
        }

        Assert.Equal(28, expected.Count);
        await using var connection = bench.Catalog.OpenConnection();
        foreach (var (table, columns) in expected)
        {
            var sql = provider == CatalogProvider.Sqlite
                ? $"SELECT name FROM pragma_table_info('{table}') ORDER BY cid"
                : $"SELECT column_name FROM information_schema.columns WHERE table_schema = 'lake' AND table_name = '{table}' ORDER BY ordinal_position";
            Assert.Equal(columns, connection.Query<string>(sql));
        }
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task The_first_rows_are_those_of_the_reference_implementation(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await using var connection = bench.Catalog.OpenConnection();
        var lake = Prefix(provider);

        var snapshot = connection.Query<long>($"SELECT snapshot_id + schema_version * 10 + next_catalog_id * 100 + next_file_id * 1000 FROM {lake}ducklake_snapshot").ToList();
        var change = connection.Query<string>($"SELECT changes_made FROM {lake}ducklake_snapshot_changes").ToList();
        var schema = connection.Query<string>($"SELECT schema_name || ' ' || path FROM {lake}ducklake_schema").ToList();
        var metadata = connection.Query<string>($"SELECT key || '=' || value FROM {lake}ducklake_metadata ORDER BY key").ToList();

        Assert.Equal([100L], snapshot);
        Assert.Equal(["created_schema:\"main\""], change);
        Assert.Equal(["main main/"], schema);
        Assert.Equal(
            ["created_by=AkkaMLScheduler", $"data_path={bench.Catalog.Settings.DataRoot}/", "encrypted=false", "version=1.0"], metadata);
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task DuckDB_gets_each_version_by_the_specifications_own_query(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        var one = await bench.CommitAsync("numbers", ChangeMode.Append, 1, 2, 3);
        var two = await bench.CommitAsync("numbers", ChangeMode.Append, 10, 20);
        var three = await bench.CommitAsync("numbers", ChangeMode.Replace, 100);
        await using var connection = bench.Catalog.OpenConnection();

        Assert.Equal(0L, await SumAsync(bench, connection, provider, 0));
        Assert.Equal(6L, await SumAsync(bench, connection, provider, one.SnapshotId));
        Assert.Equal(36L, await SumAsync(bench, connection, provider, two.SnapshotId));
        Assert.Equal(100L, await SumAsync(bench, connection, provider, three.SnapshotId));

        var lake = Prefix(provider);
        Assert.Equal(
            ["created_table:\"main\".\"numbers\",inserted_into_table:1", "inserted_into_table:1", "deleted_from_table:1,inserted_into_table:1"],
            connection.Query<string>($"SELECT changes_made FROM {lake}ducklake_snapshot_changes WHERE snapshot_id > 0 ORDER BY snapshot_id"));
        Assert.Equal(["n int64"], connection.Query<string>($"SELECT column_name || ' ' || column_type FROM {lake}ducklake_column"));
        Assert.Equal(["1 6 100 100"], connection.Query<string>(
            $"""
             SELECT stats.record_count || ' ' || stats.next_row_id || ' ' || bounds.min_value || ' ' || bounds.max_value
             FROM {lake}ducklake_table_stats stats JOIN {lake}ducklake_table_column_stats bounds ON stats.table_id = bounds.table_id
             """));
    }

    private static string Prefix(CatalogProvider provider) => provider == CatalogProvider.Sqlite ? "" : "lake.";

    private static async Task<long> SumAsync(CatalogBench bench, DataConnection connection, CatalogProvider provider, long snapshotId)
    {
        var lake = Prefix(provider);
        var paths = connection.Query<string>(
            $"""
             SELECT metadata.value || schema_row.path || table_row.path || data.path
             FROM {lake}ducklake_data_file data
             JOIN {lake}ducklake_table table_row ON table_row.table_id = data.table_id
             JOIN {lake}ducklake_schema schema_row ON schema_row.schema_id = table_row.schema_id
             JOIN {lake}ducklake_metadata metadata ON metadata.key = 'data_path'
             WHERE table_row.table_name = 'numbers'
               AND {snapshotId} >= data.begin_snapshot AND ({snapshotId} < data.end_snapshot OR data.end_snapshot IS NULL)
             ORDER BY data.file_order
             """).ToList();
        if (paths.Count == 0)
            return 0;
        Assert.All(paths, path => Assert.StartsWith(bench.Catalog.Settings.DataRoot, path, StringComparison.Ordinal));
        await using var duck = new DuckDBConnection("DataSource=:memory:");
        await duck.OpenAsync();
        await using var command = duck.CreateCommand();
        command.CommandText = $"SELECT CAST(sum(n) AS BIGINT) FROM read_parquet([{string.Join(",", paths.Select(path => $"'{path}'"))}])";
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
