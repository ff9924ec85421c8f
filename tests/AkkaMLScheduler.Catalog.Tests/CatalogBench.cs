using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Catalog.Tests;

/// <summary>A fresh catalog of either database in a folder of its own, and short ways to fill it.</summary>
internal sealed class CatalogBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private CatalogBench()
    {
    }

    public static TableSchema NumberSchema { get; } = new(new Column("n", ColumnType.Int64, Nullable: false));

    public CatalogSettings Settings { get; private set; } = null!;

    public LakeCatalog Catalog { get; private set; } = null!;

    public string Folder => _folder.Path;

    public static async Task<CatalogBench> OpenAsync(CatalogProvider provider, PostgresServer server, TimeProvider? time = null)
    {
        var bench = new CatalogBench();
        bench.Settings = provider == CatalogProvider.Sqlite
            ? CatalogSettings.Embedded(bench._folder.Path)
            : CatalogSettings.PostgreSql(await server.CreateDatabaseAsync(), bench._folder.Path);
        bench.Catalog = await LakeCatalog.OpenAsync(bench.Settings, time ?? TimeProvider.System);
        return bench;
    }

    public async Task<DataFile> NumbersAsync(string dataset, params long[] numbers)
    {
        await using var writer = await ParquetFileWriter.CreateAsync(Settings, dataset, NumberSchema);
        var batch = new ColumnBatch(NumberSchema);
        foreach (var number in numbers)
            batch.Int64s(0).Append(number);
        await writer.WriteAsync(batch);
        return await writer.CompleteAsync();
    }

    public async Task<DatasetChange> ChangeAsync(string dataset, ChangeMode mode, params long[] numbers) =>
        new(dataset, Layer.Raw, NumberSchema, mode, [await NumbersAsync(dataset, numbers)], [], Accepted(numbers.Length), "test");

    public async Task<CommitResult> CommitAsync(string dataset, ChangeMode mode, params long[] numbers) =>
        await Catalog.CommitAsync(new CommitRequest([await ChangeAsync(dataset, mode, numbers)], []));

    /// <summary>Commits rows of any columns as one file.</summary>
    public async Task CommitRowsAsync(string dataset, ChangeMode mode, TableSchema schema, params object?[][] rows)
    {
        await using var writer = await ParquetFileWriter.CreateAsync(Settings, dataset, schema);
        var batch = new ColumnBatch(schema);
        foreach (var row in rows)
            batch.AddRow(row);
        await writer.WriteAsync(batch);
        var change = new DatasetChange(dataset, Layer.Raw, schema, mode, [await writer.CompleteAsync()], [], Accepted(rows.Length), "test");
        await Catalog.CommitAsync(new CommitRequest([change], []));
    }

    public async Task<List<long>> ReadAsync(string reference)
    {
        var snapshot = await Catalog.FindAsync(reference);
        Assert.NotNull(snapshot);
        var numbers = new List<long>();
        await foreach (var batch in ParquetFileReader.ReadAsync(snapshot))
            numbers.AddRange(batch.Int64s(0).Memory.ToArray().Select(number => number!.Value));
        return numbers;
    }

    public static RecordCounts Accepted(long rows) => new(rows, rows, 0, 0, 0);

    public async ValueTask DisposeAsync()
    {
        await Catalog.DisposeAsync();
        _folder.Dispose();
    }
}
