using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>The same records after decoding, and again after validation.</summary>
/// <param name="Origin">Where they come from; null for <see cref="Cut"/>.</param>
/// <param name="Records">One per source record, in order.</param>
public sealed record DecodedChunk(SourceOrigin? Origin, IReadOnlyList<DecodedRecord> Records)
{
    /// <summary>Not records but a sign: finish the open file. Sent when the source is idle and when it has ended.</summary>
    public static DecodedChunk Cut { get; } = new(null, []);
}
