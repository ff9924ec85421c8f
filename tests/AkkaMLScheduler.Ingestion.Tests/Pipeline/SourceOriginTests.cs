using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Pipeline;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

public sealed class SourceOriginTests
{
    [Fact]
    public void Each_identity_of_a_source_is_noted_once_and_must_stay()
    {
        var first = Origin([], ("cluster", "c1", 0), ("topic id", "t1", 0));
        Assert.Equal(["cluster:c1", "topic id:t1"], first.Identities.Select(identity => identity.Partition));

        Assert.Empty(Origin(["0", "cluster:c1", "topic id:t1"], ("cluster", "c1", 0), ("topic id", "t1", 0)).Identities);
        Assert.Equal("topic id:t1", Assert.Single(Origin(["0", "cluster:c1"], ("cluster", "c1", 0), ("topic id", "t1", 0)).Identities).Partition);
        var refused = Assert.Throws<IngestionException>(() => Origin(["0", "cluster:c1", "topic id:t1"], ("cluster", "c1", 0), ("topic id", "t2", 0)));
        Assert.Contains("its topic id is t2, but t1 was committed", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(101, false)]
    public void A_source_that_was_read_to_its_end_is_known_by_its_length(long length, bool known)
    {
        var origin = Origin([], ("sha256", "ab", 100));
        Assert.Null(origin.Whole);
        var whole = new SourceOrigin("file://a", "raw", origin.Decoder, origin.Claim) { Length = 100 }.Whole!;
        Assert.Equal(known, SourceOrigin.WasReadWhole(new Dictionary<string, long> { [whole.Partition] = whole.Next }, length));
    }

    private static SourceOrigin Origin(IEnumerable<string> committed, params (string Kind, string Value, long Number)[] identities)
        => new("kafka://c/t", "raw", new JsonDecoder(RecordSchemas.Text), SourceClaim.Unclaimed(committed.ToDictionary(partition => partition, _ => 0L)), identities);
}
