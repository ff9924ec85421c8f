using System.Diagnostics;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>The stages between a source and the catalog, in order: decode, cut, Parquet, commit.</summary>
internal static class IngestionFlows
{
    /// <summary>From bytes to rows and rejects: each field is converted to its column's type, and so validated, as it is decoded.</summary>
    public static Flow<SourceChunk, DecodedChunk, NotUsed> Decode()
        => Flow.Create<SourceChunk>()
            .SelectMany(static chunk => chunk.Parts())
            .Select(chunk => new DecodedChunk(chunk.Origin, chunk.Origin.Decoder.Decode(chunk.Records), chunk.IsLast))
            .Named("decode");

    /// <summary>Adds the signs to finish the open file: after the last chunk, and when none came for the idle time.</summary>
    public static Flow<DecodedChunk, DecodedChunk, NotUsed> Cut(Rotation rotation)
        => Flow.Create<DecodedChunk>()
            .Concat(Source.Single(DecodedChunk.Cut))
            .KeepAlive(rotation.Idle < rotation.Age ? rotation.Idle : rotation.Age, () => DecodedChunk.Cut)
            .Named("cut");

    /// <summary>One chunk at a time, in order. The next file is written while the one before is committed, but no further.</summary>
    public static Flow<DecodedChunk, PreparedCommit, NotUsed> Parquet(LakeWriter writer, CancellationToken ct = default)
        => Flow.Create<DecodedChunk>()
            .Via(new OneAtATime<DecodedChunk, PreparedCommit>("parquet", chunk => writer.WriteAsync(chunk, ct)))
            .Buffer(1, OverflowStrategy.Backpressure)
            .Named("parquet");

    /// <summary>One commit at a time: each expects the offsets of the one before.</summary>
    public static Flow<PreparedCommit, CommittedBatch, NotUsed> Commit(LakeCatalog catalog, string dataset, CancellationToken ct = default)
        => Flow.Create<PreparedCommit>()
            .Via(new OneAtATime<PreparedCommit, CommittedBatch>("commit", prepared => CommitAsync(catalog, dataset, prepared, ct)))
            .Named("commit");

    private static async Task<CommittedBatch?> CommitAsync(LakeCatalog catalog, string dataset, PreparedCommit prepared, CancellationToken ct)
    {
        var batch = prepared.Request is { } request ? await StoreAsync(catalog, dataset, prepared, request, ct).ConfigureAwait(false) : null;
        prepared.Last?.Settle();
        return batch;
    }

    /// <returns>Null when the partitions were taken away in the meantime: their next reader has begun where the last commit ended.</returns>
    private static async Task<CommittedBatch?> StoreAsync(
        LakeCatalog catalog, string dataset, PreparedCommit prepared, CommitRequest request, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        CommitResult result;
        try
        {
            result = await StoreAsync(catalog, prepared.Identities, request, ct).ConfigureAwait(false);
        }
        catch (CatalogException refused) when (refused is WriterFencedException or OffsetConflictException && prepared.Assignments.Any(assignment => assignment.IsLost))
        {
            return null;
        }

        IngestionMetrics.Committed(dataset, prepared.Counts, Stopwatch.GetElapsedTime(begun));
        foreach (var assignment in prepared.Assignments)
            assignment.Note(request.Offsets);
        return new CommittedBatch(request, prepared.Counts, result);
    }

    private static async Task<CommitResult> StoreAsync(
        LakeCatalog catalog, IReadOnlyList<OffsetAdvance> identities, CommitRequest request, CancellationToken ct)
    {
        try
        {
            return await catalog.CommitAsync(request, ct).ConfigureAwait(false);
        }
        catch (OffsetConflictException known) when (identities.Any(identity => IsNoted(identity, known)))
        {
            // A writer of other partitions of the same source began at the same time and noted the same identity first.
            return await catalog.CommitAsync(request with { Offsets = [.. request.Offsets.Except(identities)] }, ct).ConfigureAwait(false);
        }
    }

    private static bool IsNoted(OffsetAdvance identity, OffsetConflictException conflict)
        => (identity.Source, identity.Partition, identity.Next) == (conflict.SourceId, conflict.Partition, conflict.Stored);
}
