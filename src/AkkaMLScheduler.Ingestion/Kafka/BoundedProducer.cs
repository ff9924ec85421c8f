using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>
/// Fills a topic with a sequence of records, never more than a byte budget per partition ahead of what the consumer has durably
/// committed, so that a broker that keeps little cannot drop what is unread. Record i goes to partition i mod n at offset i / n:
/// a broker that lost everything is refilled to the same offsets by producing the same sequence again.
/// </summary>
/// <remarks>
/// The consumer must commit small batches (see <see cref="Rotation.Prompt"/>): a batch that cannot fill within the budget is only
/// committed by age or idleness, and the producer waits meanwhile.
/// </remarks>
public sealed class BoundedProducer
{
    // Frame of a small record in a batch, generously; a broker's limit counts it.
    private const int RecordOverheadBytes = 64;

    private readonly BoundedProducerSettings _settings;
    private readonly IReadOnlyList<byte[]> _values;
    private readonly Func<CancellationToken, Task<IReadOnlyDictionary<int, long>>> _committed;
    private readonly Queue<(long Offset, long Bytes)>[] _unread;
    private readonly long[] _ahead;
    private readonly TaskCompletionSource _replayed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IngestionException? _refused;

    private BoundedProducer(
        BoundedProducerSettings settings,
        IReadOnlyList<byte[]> values,
        Func<CancellationToken, Task<IReadOnlyDictionary<int, long>>> committed,
        CancellationToken ct)
    {
        _settings = settings;
        _values = values;
        _committed = committed;
        _unread = [.. Enumerable.Range(0, settings.Partitions).Select(_ => new Queue<(long, long)>())];
        _ahead = new long[settings.Partitions];
        Completion = Task.Run(() => RunAsync(ct), ct);
    }

    /// <summary>
    /// Completes when the topic holds everything that was committed before, so that a consumer can start at the committed offsets.
    /// Fails as <see cref="Completion"/> does.
    /// </summary>
    public Task Replayed => _replayed.Task;

    /// <summary>Completes when every record is acknowledged; fails with <see cref="IngestionException"/>.</summary>
    public Task Completion { get; }

    /// <summary>Starts producing in the background.</summary>
    /// <param name="settings">Topic and budget.</param>
    /// <param name="values">The records, in order.</param>
    /// <param name="committed">Looks up the consumer's committed offsets by partition; asked again and again.</param>
    /// <param name="ct">Stops it.</param>
    public static BoundedProducer Start(
        BoundedProducerSettings settings,
        IReadOnlyList<byte[]> values,
        Func<CancellationToken, Task<IReadOnlyDictionary<int, long>>> committed,
        CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Partitions, 1);
        return new BoundedProducer(settings, values, committed, ct);
    }

    /// <summary>The offset after the last record of each partition when <paramref name="records"/> are produced.</summary>
    public static IReadOnlyDictionary<int, long> Ends(int records, int partitions)
        => Enumerable.Range(0, partitions).ToDictionary(
            partition => partition,
            partition => (long)((records - partition + partitions - 1) / partitions));

    private async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await ProduceAllAsync(ct).ConfigureAwait(false);
            _replayed.TrySetResult();
        }
        catch (KafkaException broken)
        {
            var refused = new IngestionException($"Producing to topic '{_settings.Topic}' failed: {broken.Error.Reason}", broken);
            _replayed.TrySetException(refused);
            throw refused;
        }
        catch (Exception failure)
        {
            _replayed.TrySetException(failure);
            throw;
        }
    }

    private async Task ProduceAllAsync(CancellationToken ct)
    {
        var config = new ProducerConfig(new Dictionary<string, string>(_settings.Client))
        {
            EnableIdempotence = true, // a retry must neither double nor reorder, or the offsets would shift
            LingerMs = 5,
            MessageTimeoutMs = (int)_settings.Delivery.TotalMilliseconds,
        };
        using var producer = new ProducerBuilder<Null, byte[]>(config).SetLogHandler(static (_, _) => { }).Build();
        var committed = await _committed(ct).ConfigureAwait(false);
        var replayEnd = ReplayEnd(committed);
        for (var i = 0; i < _values.Count; i++)
        {
            if (i == replayEnd)
            {
                Acknowledge(producer, ct);
                _replayed.TrySetResult();
            }

            var partition = i % _settings.Partitions;
            var offset = i / _settings.Partitions;
            var bytes = _values[i].Length + RecordOverheadBytes;
            while (_unread[partition].Count > 0 && _ahead[partition] + bytes > _settings.BytesAheadPerPartition)
            {
                committed = await _committed(ct).ConfigureAwait(false);
                if (!Forget(committed))
                    await Task.Delay(_settings.Poll, ct).ConfigureAwait(false);
                ThrowIfRefused();
            }

            await ProduceAsync(producer, partition, offset, _values[i], ct).ConfigureAwait(false);
            if (offset >= committed.GetValueOrDefault(partition))
            {
                _unread[partition].Enqueue((offset, bytes));
                _ahead[partition] += bytes;
            }
        }

        Acknowledge(producer, ct);
    }

    private async Task ProduceAsync(IProducer<Null, byte[]> producer, int partition, long offset, byte[] value, CancellationToken ct)
    {
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            ThrowIfRefused();
            try
            {
                producer.Produce(
                    new TopicPartition(_settings.Topic, partition),
                    new Message<Null, byte[]> { Value = value },
                    report => Delivered(report, offset));
                return;
            }
            catch (ProduceException<Null, byte[]> full) when (full.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(_settings.Poll, ct).ConfigureAwait(false);
            }
        }
    }

    private void Delivered(DeliveryReport<Null, byte[]> report, long expected)
    {
        if (report.Error.IsError)
            Volatile.Write(ref _refused, new IngestionException($"Producing to topic '{_settings.Topic}' failed: {report.Error.Reason}"));
        else if (report.Offset.Value != expected)
            Volatile.Write(ref _refused, new IngestionException(
                $"Topic '{_settings.Topic}' partition {report.Partition.Value} put a record at offset {report.Offset.Value} instead of {expected}: "
                + "it was not empty or somebody else writes to it."));
    }

    private void Acknowledge(IProducer<Null, byte[]> producer, CancellationToken ct)
    {
        producer.Flush(ct);
        ThrowIfRefused();
    }

    /// <summary>Index after the last record that is committed already.</summary>
    private long ReplayEnd(IReadOnlyDictionary<int, long> committed)
    {
        var end = 0L;
        foreach (var (partition, next) in committed.Where(entry => entry.Value > 0))
            end = Math.Max(end, ((next - 1) * _settings.Partitions) + partition + 1);
        return end <= _values.Count
            ? end
            : throw new IngestionException(
                $"Topic '{_settings.Topic}' was committed up to record {end}, but only {_values.Count} are to be produced: these are not the records it was filled with.");
    }

    /// <summary>Drops what is committed by now; false when nothing was.</summary>
    private bool Forget(IReadOnlyDictionary<int, long> committed)
    {
        var moved = false;
        for (var partition = 0; partition < _unread.Length; partition++)
        {
            var next = committed.GetValueOrDefault(partition);
            while (_unread[partition].TryPeek(out var oldest) && oldest.Offset < next)
            {
                _ahead[partition] -= oldest.Bytes;
                _unread[partition].Dequeue();
                moved = true;
            }
        }

        return moved;
    }

    private void ThrowIfRefused()
    {
        if (Volatile.Read(ref _refused) is { } refused)
            throw refused;
    }
}
