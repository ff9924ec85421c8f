using AkkaMLScheduler.Testing;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog.Tests;

[Collection(CatalogFixture.Name)]
public sealed class CatalogOpeningTests(PostgresServer server)
{
    public static TheoryData<CatalogProvider> Providers => LakeCatalogTests.Providers;

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task A_schema_newer_than_the_program_is_refused(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        await using (var connection = bench.Catalog.OpenConnection())
        {
            var prefix = provider == CatalogProvider.Sqlite ? "" : "amls.";
            await connection.ExecuteAsync(
                $"INSERT INTO {prefix}schema_migration(component, number, applied_at) SELECT component, 99, max(applied_at) FROM {prefix}schema_migration GROUP BY component");
        }

        var error = await Assert.ThrowsAsync<CatalogException>(() => LakeCatalog.OpenAsync(bench.Settings));

        Assert.Contains("Use a newer program", error.Message, StringComparison.Ordinal);
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Another_components_steps_run_once_each_in_order(CatalogProvider provider)
    {
        await using var bench = await CatalogBench.OpenAsync(provider, server);
        var prefix = provider == CatalogProvider.Sqlite ? "" : "amls.";
        Migration[] steps =
        [
            new(1, "jobs", _ => $"CREATE TABLE {prefix}job(id INTEGER)"),
            new(2, "jobs", _ => $"INSERT INTO {prefix}job VALUES (7)"),
        ];
        await using var connection = bench.Catalog.OpenConnection();

        await Migrations.ApplyAsync(connection, provider, steps[..1], TimeProvider.System);
        await Migrations.ApplyAsync(connection, provider, steps, TimeProvider.System);
        await Migrations.ApplyAsync(connection, provider, steps, TimeProvider.System);

        Assert.Equal([7], connection.Query<int>($"SELECT id FROM {prefix}job"));
        await Assert.ThrowsAsync<CatalogException>(() => Migrations.ApplyAsync(connection, provider, steps[..1], TimeProvider.System));
    }

    [SkippableTheory, MemberData(nameof(Providers))]
    public async Task Many_processes_may_open_an_empty_database_at_once(CatalogProvider provider)
    {
        using var folder = new TemporaryFolder();
        var settings = provider == CatalogProvider.Sqlite
            ? CatalogSettings.Embedded(folder.Path)
            : CatalogSettings.PostgreSql(await server.CreateDatabaseAsync(), folder.Path);

        Assert.False(await LakeCatalog.ExistsAsync(settings));
        Assert.False(await LakeCatalog.ExistsAsync(settings)); // the look made none

        var catalogs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => LakeCatalog.OpenAsync(settings))));

        Assert.True(await LakeCatalog.ExistsAsync(settings));
        await using var connection = catalogs[0].OpenConnection();
        Assert.Equal(1, connection.Execute<int>($"SELECT count(*) FROM {(provider == CatalogProvider.Sqlite ? "" : "lake.")}ducklake_snapshot"));
        foreach (var catalog in catalogs)
            await catalog.DisposeAsync();
    }

    [Fact]
    public async Task A_crash_before_the_commit_leaves_files_that_nobody_sees()
    {
        await using var bench = await CatalogBench.OpenAsync(CatalogProvider.Sqlite, server);
        await bench.CommitAsync("numbers", ChangeMode.Append, 1);
        var folder = Path.Combine(bench.Settings.DataRoot, "main", "numbers");
        await File.WriteAllTextAsync(Path.Combine(folder, ".0198.parquet.writing"), "half a file");
        await bench.NumbersAsync("numbers", 2);

        await using var reopened = await LakeCatalog.OpenAsync(bench.Settings);

        Assert.Equal(3, Directory.GetFiles(folder).Length);
        Assert.Single((await reopened.FindAsync("numbers"))!.Files);
        Assert.Equal([1L], await bench.ReadAsync("numbers"));
    }

    [Fact]
    public async Task What_was_committed_is_there_after_reopening()
    {
        await using var bench = await CatalogBench.OpenAsync(CatalogProvider.Sqlite, server);
        var change = await bench.ChangeAsync("numbers", ChangeMode.Append, 4, 5);
        await bench.Catalog.CommitAsync(new CommitRequest([change], [new("file", "", null, 2)]));
        await bench.Catalog.DisposeAsync();

        await using var reopened = await LakeCatalog.OpenAsync(bench.Settings);

        Assert.Equal(2, (await reopened.FindAsync("numbers"))!.Rows);
        Assert.Equal(2, (await reopened.OffsetsAsync("file"))[""]);
        await reopened.CheckAsync();
    }

    [Fact]
    public async Task A_moved_folder_is_followed_and_a_foreign_one_refused()
    {
        await using var bench = await CatalogBench.OpenAsync(CatalogProvider.Sqlite, server);
        await bench.CommitAsync("numbers", ChangeMode.Append, 1);
        var moved = bench.Settings with { DataRoot = Path.Combine(bench.Folder, "moved") };

        var refused = await Assert.ThrowsAsync<CatalogException>(() => LakeCatalog.OpenAsync(moved));
        Directory.Delete(moved.DataRoot);
        Directory.Move(bench.Settings.DataRoot, moved.DataRoot);
        await using var catalog = await LakeCatalog.OpenAsync(moved);

        Assert.Contains(bench.Settings.DataRoot, refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists((await catalog.FindAsync("numbers"))!.Files[0].Path));
    }

    [Theory]
    [InlineData(CatalogProvider.PostgreSql, "this is no connection string")]
    [InlineData(CatalogProvider.PostgreSql, "Host=127.0.0.1;Port=1;Username=nobody;Database=none")]
    [InlineData(CatalogProvider.Sqlite, "Nonsense=1")]
    [InlineData(CatalogProvider.Sqlite, "Data Source=/dev/null/catalog.db")]
    public async Task A_wrong_connection_string_is_one_clear_line(CatalogProvider provider, string connectionString)
    {
        using var folder = new TemporaryFolder();
        var settings = new CatalogSettings(provider, connectionString, folder.File("lake"));

        var error = await Assert.ThrowsAsync<CatalogException>(() => LakeCatalog.OpenAsync(settings));

        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains("catalog", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_one_clear_line()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("catalog.db"), new string('x', 8192));

        var error = await Assert.ThrowsAsync<CatalogException>(() => LakeCatalog.OpenAsync(CatalogSettings.Embedded(folder.Path)));

        Assert.Contains("catalog.db", error.Message, StringComparison.Ordinal);
    }
}
