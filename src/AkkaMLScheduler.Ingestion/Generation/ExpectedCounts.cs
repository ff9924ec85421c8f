namespace AkkaMLScheduler.Ingestion.Generation;

/// <summary>What an ingestion of generated records must count.</summary>
/// <param name="Read">All records.</param>
/// <param name="Malformed">Those to be rejected.</param>
/// <param name="Duplicates">Accepted ones whose text an earlier one has.</param>
public sealed record ExpectedCounts(long Read, long Malformed, long Duplicates)
{
    /// <summary>Rows of the raw dataset.</summary>
    public long Accepted => Read - Malformed;

    /// <summary>Different texts among them.</summary>
    public long Distinct => Accepted - Duplicates;
}
