using System.Diagnostics;
using Akka;
using Akka.Streams.Dsl;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>The stages between a source and the catalog, in order: decode, validate, cut, Parquet, commit.</summary>
internal static class IngestionFlows
{
    public static Flow<SourceChunk, DecodedChunk, NotUsed> Decode()
        => Flow.Create<SourceChunk>()
            .Select(chunk => new DecodedChunk(chunk.Origin, chunk.Origin.Decoder.Decode(chunk.Records)))
            .Named("decode");

    public static Flow<DecodedChunk, DecodedChunk, NotUsed> Validate(TableSchema schema)
    {
        var validator = new RowValidator(schema);
        return Flow.Create<DecodedChunk>()
            .Select(chunk => chunk with { Records = [.. chunk.Records.Select(validator.Validate)] })
            .Named("validate");
    }

    /// <summary>Adds the signs to finish the open file: after the last chunk, and when none came for the idle time.</summary>
    public static Flow<DecodedChunk, DecodedChunk, NotUsed> Cut(Rotation rotation)
        => Flow.Create<DecodedChunk>()
            .Concat(Source.Single(DecodedChunk.Cut))
            .KeepAlive(rotation.Idle < rotation.Age ? rotation.Idle : rotation.Age, () => DecodedChunk.Cut)
            .Named("cut");

    /// <summary>One file at a time, in order; what follows may commit the one before it meanwhile.</summary>
    public static Flow<DecodedChunk, PreparedCommit, NotUsed> Parquet(LakeWriter writer, CancellationToken ct = default)
        => Flow.Create<DecodedChunk>()
            .SelectAsync(1, async chunk =>
                await writer.WriteAsync(chunk, ct).ConfigureAwait(false) is { } prepared ? (IReadOnlyList<PreparedCommit>)[prepared] : [])
            .SelectMany(prepared => prepared)
            .Named("parquet");

    /// <summary>One commit at a time: each expects the offsets of the one before.</summary>
    public static Flow<PreparedCommit, CommittedBatch, NotUsed> Commit(LakeCatalog catalog, string dataset, CancellationToken ct = default)
        => Flow.Create<PreparedCommit>()
            .SelectAsync(1, prepared => CommitAsync(catalog, dataset, prepared, ct))
            .Named("commit");

    private static async Task<CommittedBatch> CommitAsync(LakeCatalog catalog, string dataset, PreparedCommit prepared, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        var result = await catalog.CommitAsync(prepared.Request, ct).ConfigureAwait(false);
        IngestionMetrics.Committed(dataset, prepared.Counts, Stopwatch.GetElapsedTime(begun));
        return new CommittedBatch(prepared, result);
    }
}
