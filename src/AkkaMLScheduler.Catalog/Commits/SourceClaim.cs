namespace AkkaMLScheduler.Catalog;

/// <summary>What a reader of a source starts from.</summary>
/// <param name="Epochs">
/// Partition → how often it was claimed by <see cref="LakeCatalog.ClaimAsync"/>: the fencing token of its commits. Empty for a reader that
/// claims nothing.
/// </param>
/// <param name="Offsets">Partition → first offset not yet committed. Of a claimed partition no earlier claim can move it any more.</param>
public sealed record SourceClaim(IReadOnlyDictionary<string, long> Epochs, IReadOnlyDictionary<string, long> Offsets)
{
    /// <summary>A reader's that relies on the offsets alone: of two at once the second to commit is refused.</summary>
    public static SourceClaim Unclaimed(IReadOnlyDictionary<string, long> offsets) => new(new Dictionary<string, long>(), offsets);
}
