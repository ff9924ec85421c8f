using System.Globalization;
using Akka.Actor;
using Akka.Streams;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Testing;
using DuckDB.NET.Data;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

/// <summary>A catalog in a folder of its own, an actor system, and DuckDB to look at what was written.</summary>
internal sealed class IngestionBench : IAsyncDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("ingestion");
    private readonly TemporaryFolder _folder = new();

    private IngestionBench() => CatalogSettings = CatalogSettings.Embedded(_folder.File("lake"));

    public CatalogSettings CatalogSettings { get; private set; }

    public LakeCatalog Catalog { get; private set; } = null!;

    public IMaterializer Streams => field ??= _system.Materializer();

    public static Task<IngestionBench> EmbeddedAsync() => OpenAsync(new IngestionBench());

    public static async Task<IngestionBench> OnPostgresAsync(PostgresServer server)
    {
        PostgresServer.Require();
        var connection = await server.CreateDatabaseAsync();
        var bench = new IngestionBench();
        bench.CatalogSettings = CatalogSettings.PostgreSql(connection, bench._folder.File("lake"));
        return await OpenAsync(bench);
    }

    public string File(string name, string content)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllText(path, content);
        return path;
    }

    public string File(string name, byte[] content)
    {
        var path = _folder.File(name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public string Folder(string name) => Directory.CreateDirectory(_folder.File(name)).FullName;

    public Task<IngestionReport> IngestAsync(IngestionSettings settings, params string[] paths)
        => IngestionPipeline.FromFilesAsync(Catalog, settings, paths, Streams);

    /// <summary>Runs SQL over the files of a dataset's latest version; <c>{0}</c> in it stands for them.</summary>
    public async Task<List<object?[]>> QueryAsync(string dataset, string sql)
    {
        var snapshot = await Catalog.FindAsync(dataset) ?? throw new InvalidOperationException($"no dataset {dataset}");
        var files = string.Join(", ", snapshot.Files.Select(file => $"'{file.Path}'"));
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = string.Format(CultureInfo.InvariantCulture, sql, $"read_parquet([{files}], union_by_name = true)");
        using var reader = command.ExecuteReader();
        var rows = new List<object?[]>();
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i))]);
        return rows;
    }

    public async Task<long> CountAsync(string dataset, string what = "count(*)")
        => Convert.ToInt64((await QueryAsync(dataset, $"select {what} from {{0}}"))[0][0], CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        await Catalog.DisposeAsync();
        _folder.Dispose();
    }

    private static async Task<IngestionBench> OpenAsync(IngestionBench bench)
    {
        bench.Catalog = await LakeCatalog.OpenAsync(bench.CatalogSettings);
        return bench;
    }
}
