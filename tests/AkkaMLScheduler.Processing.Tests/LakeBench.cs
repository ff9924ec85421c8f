using Akka.Actor;
using Akka.Streams;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Processing.Tests;

/// <summary>A fresh catalog with raw datasets in the shape that ingestion writes, and the actor system that runs the pipeline.</summary>
internal sealed class LakeBench : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ActorSystem _system = ActorSystem.Create("processing");

    private LakeBench()
    {
    }

    public static TableSchema TextSchema { get; } = new(
        new Column("id", ColumnType.String),
        new Column("text", ColumnType.String),
        new Column("_source", ColumnType.String),
        new Column("_offset", ColumnType.Int64));

    public LakeCatalog Catalog { get; private set; } = null!;

    public static async Task<LakeBench> OpenAsync(CatalogProvider provider, PostgresServer? server)
    {
        var bench = new LakeBench();
        var settings = provider == CatalogProvider.Sqlite
            ? CatalogSettings.Embedded(bench._folder.Path)
            : CatalogSettings.PostgreSql(await server!.CreateDatabaseAsync(), bench._folder.Path);
        bench.Catalog = await LakeCatalog.OpenAsync(settings);
        return bench;
    }

    public Task<ProcessingReport> RunAsync(ProcessingSettings settings, CancellationToken ct = default) =>
        ProcessingPipeline.RunAsync(Catalog, settings, _system.Materializer(), ct);

    /// <summary>Appends one file of raw rows.</summary>
    public async Task<DatasetVersion> RawAsync(string dataset, TableSchema schema, params IEnumerable<object?[]> rows)
    {
        await using var writer = await ParquetFileWriter.CreateAsync(Catalog.Settings, dataset, schema);
        var batch = new ColumnBatch(schema);
        foreach (var row in rows)
            batch.AddRow(row);
        await writer.WriteAsync(batch);
        var file = await writer.CompleteAsync();
        var change = new DatasetChange(dataset, Layer.Raw, schema, ChangeMode.Append, [file], [], new(file.Rows, file.Rows, 0, 0, 0), "test");
        return (await Catalog.CommitAsync(new CommitRequest([change], []))).Versions[0];
    }

    /// <summary>All rows of a version, in order.</summary>
    public async Task<List<object?[]>> RowsAsync(string reference)
    {
        var snapshot = await Catalog.FindAsync(reference);
        Assert.NotNull(snapshot);
        var rows = new List<object?[]>();
        await foreach (var batch in ParquetFileReader.ReadAsync(snapshot))
        {
            for (var row = 0; row < batch.Count; row++)
                rows.Add([.. batch.Columns.Select(column => column.Value(row))]);
        }

        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        await Catalog.DisposeAsync();
        _folder.Dispose();
    }
}
