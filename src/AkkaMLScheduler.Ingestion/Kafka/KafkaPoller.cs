using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>
/// The conversation with the broker: one dedicated thread that owns the consumer, because a consumer must be polled steadily and its
/// calls block. It stops consuming while the stream holds enough, and proves that no offset is passed over.
/// </summary>
internal sealed class KafkaPoller
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FillWait = TimeSpan.FromMilliseconds(5);

    private readonly KafkaSourceSettings _settings;
    private readonly IReadOnlyDictionary<int, long?> _starts;
    private readonly KafkaControl _control;
    private readonly Action<IReadOnlyList<KafkaRecord>, long> _deliver;
    private readonly Action<Exception?> _finished;
    private readonly CancellationTokenSource _abandon = new();
    private readonly ManualResetEventSlim _room = new();

    private readonly Dictionary<int, long> _next = [];
    private readonly Dictionary<int, long> _ends = [];
    private readonly HashSet<int> _open = [];
    private List<KafkaRecord> _batch = [];
    private long _batchBytes;
    private long _waitingBytes;

    /// <param name="settings">What to read.</param>
    /// <param name="starts">Partition to first offset; null starts at the oldest record that the log has.</param>
    /// <param name="control">Asked for draining; told when closed.</param>
    /// <param name="deliver">Takes a batch and its payload bytes; called on the poll thread.</param>
    /// <param name="finished">Told once: null at a clean end, else why it stopped.</param>
    public KafkaPoller(
        KafkaSourceSettings settings,
        IReadOnlyDictionary<int, long?> starts,
        KafkaControl control,
        Action<IReadOnlyList<KafkaRecord>, long> deliver,
        Action<Exception?> finished)
    {
        _settings = settings;
        _starts = starts;
        _control = control;
        _deliver = deliver;
        _finished = finished;
    }

    public void Start()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = $"kafka-poll-{_settings.Topic}" };
        thread.Start();
    }

    /// <summary>Ends the thread without delivering what is left.</summary>
    public void Abandon() => _abandon.Cancel();

    /// <summary>The stream took a batch of this many payload bytes.</summary>
    public void Release(long bytes)
    {
        if (Interlocked.Add(ref _waitingBytes, -bytes) <= _settings.ResumeAtBytes)
            _room.Set();
    }

    private void Run()
    {
        Exception? failure = null;
        try
        {
            using var consumer = Build();
            try
            {
                Assign(consumer);
                Poll(consumer);
            }
            finally
            {
                consumer.Unassign();
                consumer.Close();
            }
        }
        catch (IngestionException refused)
        {
            failure = refused;
        }
        catch (KafkaException refused)
        {
            failure = new IngestionException($"Kafka topic '{_settings.Topic}': {refused.Error.Reason}", refused);
        }
        catch (Exception broken)
        {
            failure = broken; // a bug: the stream fails with it as it is
        }

        _finished(failure);
        _control.MarkClosed();
    }

    private IConsumer<Ignore, ReadOnlyMemory<byte>?> Build()
    {
        var config = new ConsumerConfig(new Dictionary<string, string>(_settings.Client))
        {
            GroupId = _settings.GroupId,
            EnableAutoCommit = false,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Error, // an offset out of range is an error to show, never a place to jump to
            QueuedMaxMessagesKbytes = _settings.PrefetchKilobytes,
            FetchWaitMaxMs = 50,
            FetchQueueBackoffMs = 50, // by default a full queue is looked at again after a second
            ConsumeResultFields = "topic",
            AllowAutoCreateTopics = false,
        };
        return new ConsumerBuilder<Ignore, ReadOnlyMemory<byte>?>(config)
            .SetValueDeserializer(new BlockDeserializer())
            .SetLogHandler(static (_, _) => { }) // what matters arrives as an error of Consume
            .Build();
    }

    private void Assign(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer)
    {
        var positions = new List<TopicPartitionOffset>();
        foreach (var (partition, start) in _starts.OrderBy(entry => entry.Key))
        {
            var place = new TopicPartition(_settings.Topic, partition);
            var log = Watermarks(consumer, place);
            var first = start ?? log.Low.Value;
            if (first > log.High.Value)
                throw AheadOfLog(partition, first, log.High.Value);
            if (first < log.Low.Value)
                throw Gap(partition, first, log.Low.Value);
            _next[partition] = first;
            positions.Add(new TopicPartitionOffset(place, first));
            var end = _settings.Stop switch
            {
                KafkaStop.LogEnd => log.High.Value,
                KafkaStop.Offsets bounds when bounds.Ends.TryGetValue(partition, out var bound) => bound,
                KafkaStop.Offsets => throw new IngestionException(
                    $"Kafka topic '{_settings.Topic}' partition {partition} has no end offset although the read is bounded by offsets."),
                _ => long.MaxValue,
            };
            _ends[partition] = end;
            if (first < end)
                _open.Add(partition);
        }

        consumer.Assign(positions.Where(position => _open.Contains(position.Partition.Value)));
    }

    private WatermarkOffsets Watermarks(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer, TopicPartition place)
    {
        try
        {
            return consumer.QueryWatermarkOffsets(place, _settings.BrokerTimeout);
        }
        catch (KafkaException refused)
        {
            throw new IngestionException(
                $"Kafka topic '{place.Topic}' partition {place.Partition.Value} cannot be read at {_settings.Client.BootstrapServers}: {refused.Error.Reason}",
                refused);
        }
    }

    private void Poll(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer)
    {
        while (true)
        {
            Breathe();
            if (_open.Count == 0 || _control.Draining.IsCancellationRequested || _abandon.IsCancellationRequested)
                break;
            ConsumeResult<Ignore, ReadOnlyMemory<byte>?>? result;
            try
            {
                result = consumer.Consume(_batch.Count == 0 ? IdleWait : FillWait);
            }
            catch (ConsumeException refused) when (Transient(refused.Error))
            {
                continue; // librdkafka reconnects by itself
            }
            catch (ConsumeException refused) when (refused.Error.Code is ErrorCode.OffsetOutOfRange or ErrorCode.Local_AutoOffsetReset)
            {
                throw OutOfRange(consumer, refused);
            }

            if (result is null)
                Flush();
            else if (result.IsPartitionEOF)
                ReachedEnd(result.Partition.Value, result.Offset.Value);
            else
                Take(consumer, result);
        }

        if (!_abandon.IsCancellationRequested)
            Flush();
    }

    private void Take(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer, ConsumeResult<Ignore, ReadOnlyMemory<byte>?> result)
    {
        var partition = result.Partition.Value;
        var offset = result.Offset.Value;
        if (!_open.Contains(partition))
            return; // beyond the end of a bounded read
        var expected = _next[partition];
        if (offset < expected)
            throw new IngestionException(
                $"Kafka topic '{_settings.Topic}' partition {partition} went back from offset {expected} to {offset}; reading on would double records.");

        // Transaction markers and compaction leave holes by design; retention does not, and shows in the low watermark.
        if (offset > expected && Watermarks(consumer, result.TopicPartition).Low.Value is var low && low > expected)
            throw Gap(partition, expected, low);
        if (offset >= _ends[partition])
        {
            ReachedEnd(partition, offset);
            return;
        }

        var value = result.Message.Value;
        _batch.Add(new KafkaRecord(partition, offset, value));
        _batchBytes += value?.Length ?? 0;
        _next[partition] = offset + 1;
        if (_batch.Count >= _settings.BatchRecords || _batchBytes >= _settings.BatchBytes)
            Flush();
        ReachedEnd(partition, offset + 1);
    }

    private void ReachedEnd(int partition, long position)
    {
        if (position >= _ends[partition])
            _open.Remove(partition);
    }

    private void Flush()
    {
        if (_batch.Count == 0)
            return;
        Interlocked.Add(ref _waitingBytes, _batchBytes);
        _deliver(_batch, _batchBytes);
        _batch = new List<KafkaRecord>(_batch.Count); // the next one will be much like it
        _batchBytes = 0;
    }

    /// <summary>
    /// Stops consuming at the high watermark until the low one is reached. Not by the consumer's own Pause: that drops what is
    /// prefetched and takes up to a second to resume, and is only needed where group membership demands polling.
    /// </summary>
    private void Breathe()
    {
        if (Interlocked.Read(ref _waitingBytes) < _settings.PauseAtBytes)
            return;
        _room.Reset();
        if (Interlocked.Read(ref _waitingBytes) > _settings.ResumeAtBytes)
            _ = WaitHandle.WaitAny([_room.WaitHandle, _control.Draining.WaitHandle, _abandon.Token.WaitHandle]);
    }

    private IngestionException OutOfRange(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer, ConsumeException refused)
    {
        foreach (var partition in _open)
        {
            var log = Watermarks(consumer, new TopicPartition(_settings.Topic, partition));
            if (_next[partition] < log.Low.Value)
                return Gap(partition, _next[partition], log.Low.Value);
            if (_next[partition] > log.High.Value)
                return AheadOfLog(partition, _next[partition], log.High.Value);
        }

        return new IngestionException($"Kafka topic '{_settings.Topic}': {refused.Error.Reason}", refused);
    }

    private IngestionException Gap(int partition, long expected, long low) => new(
        $"Kafka topic '{_settings.Topic}' partition {partition} lost records {expected} to {low - 1}: retention removed them before they were read. "
        + "Nothing was skipped; ingest into a new dataset, or accept the loss by hand.");

    private IngestionException AheadOfLog(int partition, long expected, long high) => new(
        $"Kafka topic '{_settings.Topic}' partition {partition} ends at offset {high} but {expected} is committed: the topic was recreated or this is another cluster. "
        + "Give the source another cluster name, or ingest into a new dataset.");

    private static bool Transient(Error error) => !error.IsFatal && error.Code is ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown
        or ErrorCode.Local_TimedOut or ErrorCode.Local_Resolve or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition;
}
