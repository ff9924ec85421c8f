namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>Why a record was rejected.</summary>
/// <param name="Code">One of <see cref="RejectCodes"/>.</param>
/// <param name="Message">One line for a person; names the column where one is to blame.</param>
public sealed record Fault(string Code, string Message)
{
    /// <summary>A record that is longer than it may be.</summary>
    public static Fault TooLong(long bytes, int limit) => new(RejectCodes.TooLong, $"The record has {bytes} bytes; the limit is {limit}.");
}
