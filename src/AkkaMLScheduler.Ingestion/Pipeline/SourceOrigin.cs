using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Kafka;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>One file or topic that a pipeline reads, and where earlier runs left off.</summary>
public sealed class SourceOrigin
{
    private const string WholeMark = "whole";

    private Lazy<Task<OffsetAdvance>>? _late;

    /// <param name="uri">Id in rows: <c>file://path</c> or <c>kafka://cluster/topic</c>.</param>
    /// <param name="dataset">Dataset it is read into.</param>
    /// <param name="decoder">Of its records.</param>
    /// <param name="claim">Where it goes on.</param>
    /// <param name="identities">What the source must stay (a content hash, a cluster id), each with a number for it; none = unchecked.</param>
    /// <exception cref="IngestionException">An identity is not the one that earlier commits noted.</exception>
    internal SourceOrigin(
        string uri,
        string dataset,
        RecordDecoder decoder,
        SourceClaim claim,
        params IEnumerable<(string Kind, string Value, long Number)> identities)
    {
        Uri = uri;
        OffsetKey = OffsetKeyOf(uri, dataset);
        Decoder = decoder;
        Claim = claim;
        var unnoted = new List<OffsetAdvance>();
        foreach (var (kind, value, number) in identities)
        {
            var mark = Mark(kind, value);
            var noted = Noted(claim.Offsets, kind);
            if (noted is not null && noted != mark)
            {
                throw new IngestionException(
                    $"'{uri}' is not what dataset '{dataset}' was fed from: its {kind} is {value}, but {noted[(kind.Length + 1)..]} was committed. "
                    + "Give it another name, or ingest into a new dataset.");
            }

            if (noted is null)
                unnoted.Add(new OffsetAdvance(OffsetKey, mark, null, number));
        }

        Identities = unnoted;
    }

    public string Uri { get; }

    /// <summary>Its name among the catalog's source offsets.</summary>
    public string OffsetKey { get; }

    public RecordDecoder Decoder { get; }

    /// <summary>Offsets and epochs when it began.</summary>
    public SourceClaim Claim { get; }

    /// <summary>For partitions that may be taken away while they are read; else null.</summary>
    public KafkaAssignment? Assignment { get; init; }

    /// <summary>Bytes of a source that ends; null for one that does not.</summary>
    public long? Length { get; init; }

    /// <summary>To be noted with the first commit: each kept as one more offset row, so that it is guarded by the same transaction.</summary>
    internal IReadOnlyList<OffsetAdvance> Identities { get; }

    /// <summary>One more of these, if <see cref="NoteLater"/> asked for it; to be asked for with the first records and awaited before they are committed.</summary>
    internal Task<OffsetAdvance>? LateIdentity => _late?.Value;

    /// <summary>To be noted with the last commit of a source that ends: a look at its length then tells that nothing is left to read.</summary>
    internal OffsetAdvance? Whole => Length is { } length && !Claim.Offsets.ContainsKey(WholeMark) ? new OffsetAdvance(OffsetKey, WholeMark, null, length) : null;

    /// <summary>Whether earlier commits noted an identity of this kind.</summary>
    internal static bool IsNoted(IReadOnlyDictionary<string, long> committed, string kind) => Noted(committed, kind) is not null;

    /// <summary>Has an identity of which none is noted yet found while the first records are read, since that takes a while.</summary>
    internal void NoteLater(string kind, long number, Func<Task<string>> find)
        => _late = new(() => Task.Run(async () => new OffsetAdvance(OffsetKey, Mark(kind, await find().ConfigureAwait(false)), null, number)));

    /// <summary>Whether a source of this length was read to its end by earlier runs.</summary>
    internal static bool WasReadWhole(IReadOnlyDictionary<string, long> committed, long length)
        => committed.TryGetValue(WholeMark, out var noted) && noted == length;

    /// <summary>
    /// Offsets belong to a source and the dataset it is read into (as to a consumer group), or a second dataset could never be
    /// filled from the same source.
    /// </summary>
    public static string OffsetKeyOf(string uri, string dataset) => $"{uri}#{dataset}";

    /// <summary>Value of the rows' source column.</summary>
    internal string SourceOf(string partition) => partition.Length == 0 ? Uri : $"{Uri}/{partition}";

    private static string Mark(string kind, string value) => $"{kind}:{value}";

    private static string? Noted(IReadOnlyDictionary<string, long> committed, string kind)
        => committed.Keys.FirstOrDefault(partition => partition.StartsWith(Mark(kind, ""), StringComparison.Ordinal));
}
