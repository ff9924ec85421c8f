using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

public sealed class SourceChunkTests
{
    [Theory]
    [InlineData(2, 27_000, 1)]
    [InlineData(3_000, 27_000, 82)]
    [InlineData(10_000, 100, 1)]
    public void Short_records_of_a_wide_table_are_decoded_in_parts_of_a_million_cells_at_most(int columns, int records, int parts)
    {
        var schema = new TableSchema([.. Enumerable.Range(0, columns).Select(i => new Column($"c{i}", ColumnType.String))]);
        var origin = new SourceOrigin("file://a", "raw", new JsonDecoder(schema), SourceClaim.Unclaimed(new Dictionary<string, long>()));
        var chunk = new SourceChunk(origin, [.. Enumerable.Range(0, records).Select(i => new SourceRecord("{}"u8.ToArray(), "", i, i + 1, null))]);

        var cut = chunk.Parts();

        Assert.Equal(parts, cut.Count);
        Assert.All(cut, part => Assert.InRange((long)part.Records.Length * columns, 1, 1_000_000));
        Assert.Equal(Enumerable.Range(0, records).Select(i => (long)i), cut.SelectMany(part => part.Records).Select(record => record.Offset));
    }
}
