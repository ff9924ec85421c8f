using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion;

/// <summary>One undecoded record and where it stands.</summary>
/// <param name="Bytes">Its bytes without the line ending; for a record that broke a limit, its beginning.</param>
/// <param name="Partition">Partition of its source; empty for a file.</param>
/// <param name="Offset">Kafka offset, or the number of the record in its file from 0 (a CSV header is no record).</param>
/// <param name="Line">Line of a file at which it starts, from 1; 0 when there are no lines.</param>
/// <param name="Fault">Set when it could not be framed.</param>
public readonly record struct SourceRecord(ReadOnlyMemory<byte> Bytes, string Partition, long Offset, long Line, Fault? Fault);
