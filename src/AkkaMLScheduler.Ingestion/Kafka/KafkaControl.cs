using System.Collections.Concurrent;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>Handle of a running <see cref="KafkaSource"/>.</summary>
public sealed class KafkaControl
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _drain = new();
    private readonly ConcurrentDictionary<int, (long Next, long End)> _places = new();

    /// <summary>Completes when the poll thread has closed its consumer, whatever ended it.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Partition → records of the log that are not committed yet, of the partitions read here; about a second old.</summary>
    public IReadOnlyDictionary<int, long> Lag => _places.ToDictionary(place => place.Key, place => Math.Max(0, place.Value.End - place.Value.Next));

    internal CancellationToken Draining => _drain.Token;

    /// <summary>Stops fetching; what is buffered still flows, then the source completes. May be called more than once.</summary>
    /// <returns><see cref="Closed"/>.</returns>
    public Task DrainAndStop()
    {
        _drain.Cancel();
        return Closed;
    }

    internal void Begin(int partition, long next, long end) => _places[partition] = (next, end);

    internal void Committed(int partition, long next) => _places[partition] = _places.GetValueOrDefault(partition) with { Next = next };

    internal void Grown(int partition, long end) => _places[partition] = _places.GetValueOrDefault(partition) with { End = end };

    internal void ForgetLag() => _places.Clear();

    internal void MarkClosed() => _closed.TrySetResult();
}
