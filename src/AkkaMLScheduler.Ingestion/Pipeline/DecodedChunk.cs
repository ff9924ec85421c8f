using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>A source chunk after decoding.</summary>
/// <param name="Origin">Where its records come from; null for <see cref="Cut"/>.</param>
/// <param name="Decoded">What became of them; null for <see cref="Cut"/>.</param>
/// <param name="IsLast">The open file is to be finished with it, for somebody waits until all of the origin is committed.</param>
public sealed record DecodedChunk(SourceOrigin? Origin, DecodedRecords? Decoded, bool IsLast = false)
{
    /// <summary>Not records but a sign: finish the open file. Sent when the source is idle and when it has ended.</summary>
    public static DecodedChunk Cut { get; } = new(null, null);
}
