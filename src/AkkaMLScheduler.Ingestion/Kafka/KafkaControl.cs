namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>Handle of a running <see cref="KafkaSource"/>.</summary>
public sealed class KafkaControl
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _drain = new();

    /// <summary>Completes when the poll thread has closed its consumer, whatever ended it.</summary>
    public Task Closed => _closed.Task;

    internal CancellationToken Draining => _drain.Token;

    /// <summary>Stops fetching; what is buffered still flows, then the source completes. May be called more than once.</summary>
    /// <returns><see cref="Closed"/>.</returns>
    public Task DrainAndStop()
    {
        _drain.Cancel();
        return Closed;
    }

    internal void MarkClosed() => _closed.TrySetResult();
}
