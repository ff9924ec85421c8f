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
            .Select(chunk => new DecodedChunk(chunk.Origin, chunk.Origin.Decoder.Decode(chunk.Records)))
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
        var begun = Stopwatch.GetTimestamp();
        CommitResult result;
        try
        {
            result = await catalog.CommitAsync(prepared.Request, ct).ConfigureAwait(false);
        }
        catch (OffsetConflictException known) when (prepared.Identities.Any(identity => IsNoted(identity, known)))
        {
            // A writer of other partitions of the same source began at the same time and noted the same identity first.
            var offsets = prepared.Request.Offsets.Except(prepared.Identities).ToList();
            result = await catalog.CommitAsync(prepared.Request with { Offsets = offsets }, ct).ConfigureAwait(false);
        }

        IngestionMetrics.Committed(dataset, prepared.Counts, Stopwatch.GetElapsedTime(begun));
        return new CommittedBatch(prepared, result);
    }

    private static bool IsNoted(OffsetAdvance identity, OffsetConflictException conflict)
        => (identity.Source, identity.Partition, identity.Next) == (conflict.SourceId, conflict.Partition, conflict.Stored);
}
