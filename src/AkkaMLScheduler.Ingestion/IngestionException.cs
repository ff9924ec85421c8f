namespace AkkaMLScheduler.Ingestion;

/// <summary>
/// Ingestion cannot go on without losing, doubling or misreading records, or its input cannot be used at all.
/// The message is one line that says what was wrong, where, and what to do.
/// </summary>
public sealed class IngestionException : Exception
{
    public IngestionException(string message) : base(message) { }

    public IngestionException(string message, Exception inner) : base(message, inner) { }
}
