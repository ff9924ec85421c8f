using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Catalog.Text;

namespace AkkaMLScheduler.Workloads.Tests;

/// <summary>Datasets of seeded sentences, written as the catalog's Parquet files.</summary>
internal static class SampleText
{
    private static readonly string[] Words =
        ["the", "king", "sleeps", "while", "his", "gang", "waits", "for", "a", "place", "and", "every", "queue", "drains", "at", "dawn"];

    public static IReadOnlyList<string> Sentences(int count)
    {
        var random = new Random(7);
        return [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', random.GetItems(Words, 12)) + ".")];
    }

    /// <summary>Columns <c>text</c> and <c>tokens</c>, over several files and row groups.</summary>
    public static async Task<DatasetInput> WriteAsync(string folder, int sentences = 400, int files = 2, int rowsPerGroup = 75)
    {
        var settings = CatalogSettings.Embedded(folder);
        var schema = new TableSchema([new Column("text", ColumnType.String), new Column("tokens", ColumnType.Int32List)]);
        var written = new List<SnapshotFile>();
        foreach (var part in Sentences(sentences).Chunk((sentences + files - 1) / files))
        {
            await using var writer = await ParquetFileWriter.CreateAsync(settings, "curated", schema);
            foreach (var group in part.Chunk(rowsPerGroup))
            {
                var batch = new ColumnBatch(schema, group.Length);
                foreach (var text in group)
                    batch.AddRow(text, ByteTokenizer.Encode(text));
                await writer.WriteAsync(batch);
            }

            written.Add((await writer.CompleteAsync()).In(settings));
        }

        return new DatasetInput("curated@1", written, schema);
    }
}
