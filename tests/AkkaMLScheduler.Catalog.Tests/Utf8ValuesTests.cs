using AkkaMLScheduler.Testing;
using DuckDB.NET.Data;

namespace AkkaMLScheduler.Catalog.Tests;

public sealed class Utf8ValuesTests : IDisposable
{
    private static readonly TableSchema Schema = new(
        new Column("optional", ColumnType.String), new Column("required", ColumnType.String, Nullable: false), new Column("n", ColumnType.Int64));

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Text_that_was_never_a_string_is_text_in_the_file()
    {
        var settings = CatalogSettings.Embedded(_folder.File("lake"));
        await using var writer = await ParquetFileWriter.CreateAsync(settings, "sample", Schema);
        var batch = ColumnBatch.OfUtf8(Schema);
        batch.AddRow("plain", "a", 1L);
        batch.AddRow(null, "", 2L);
        batch.AddRow("", "日本語 é", null);
        await writer.WriteAsync(batch);
        var file = (await writer.CompleteAsync()).In(settings);

        var read = await ParquetFileReader.ReadAsync(file, Schema).SingleAsync();
        Assert.Equal(["plain", null, ""], Enumerable.Range(0, read.Count).Select(read[0].Value));
        Assert.Equal(["a", "", "日本語 é"], Enumerable.Range(0, read.Count).Select(read[1].Value));
        using var duckDb = new DuckDBConnection("DataSource=:memory:");
        duckDb.Open();
        using var command = duckDb.CreateCommand();
        command.CommandText = $"SELECT typeof(optional) || typeof(required) || length(required) FROM read_parquet('{file.Path}') WHERE optional = ''";
        Assert.Equal("VARCHARVARCHAR5", command.ExecuteScalar());
    }

    [Fact]
    public async Task A_missing_text_in_a_required_column_is_refused()
    {
        await using var writer = await ParquetFileWriter.CreateAsync(CatalogSettings.Embedded(_folder.File("lake")), "sample", Schema);
        var batch = ColumnBatch.OfUtf8(Schema);
        batch.AddRow("a", null, 1L);
        var refused = await Assert.ThrowsAsync<CatalogException>(() => writer.WriteAsync(batch));
        Assert.Contains("'required' is required", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_added_together_one_by_one_and_taken_back()
    {
        var (all, some) = (ColumnBatch.OfUtf8(Schema).Utf8s(0), ColumnBatch.OfUtf8(Schema).Utf8s(0));
        some.AppendNull();
        some.Append("one"u8);
        some.AppendNull();
        all.Append("zero"u8);
        all.AppendAll(some);
        all.AppendAll(some);
        all.AppendFrom(some, 0);
        all.AppendFrom(some, 1);
        Assert.Equal(["zero", null, "one", null, null, "one", null, null, "one"], Enumerable.Range(0, all.Count).Select(all.Value));
        all.Truncate(2);
        all.Append("two"u8);
        all.Truncate(7);
        Assert.Equal(["zero", null, "two"], Enumerable.Range(0, all.Count).Select(all.Value));
        Assert.Throws<InvalidCastException>(() => all.AppendAll(new ColumnBatch(Schema)[0]));
    }

    public void Dispose() => _folder.Dispose();
}
