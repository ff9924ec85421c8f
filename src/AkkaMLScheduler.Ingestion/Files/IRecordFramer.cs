namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>Cuts a stream of bytes into undecoded records.</summary>
internal interface IRecordFramer
{
    /// <summary>The next records in order (offset: 0, to be set by the caller), or null at the end.</summary>
    ValueTask<List<SourceRecord>?> ReadAsync(CancellationToken ct);
}
