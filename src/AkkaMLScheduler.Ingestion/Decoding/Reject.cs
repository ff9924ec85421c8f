namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>A record that is no row, and why.</summary>
public readonly record struct Reject(SourceRecord Record, Fault Fault);
