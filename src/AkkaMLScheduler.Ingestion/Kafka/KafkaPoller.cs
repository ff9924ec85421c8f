using System.Diagnostics;
using AkkaMLScheduler.Catalog;
using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>
/// The conversation with the broker: one dedicated thread that owns the consumer, because a consumer must be polled steadily and its
/// calls block. It stops consuming while the stream holds enough, gives partitions up only when they are settled, and proves that no offset
/// is passed over.
/// </summary>
internal sealed class KafkaPoller
{
    private static readonly TimeSpan IdleWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FillWait = TimeSpan.FromMilliseconds(5);

    // Well within max.poll.interval.ms, after which a member counts as dead.
    private static readonly TimeSpan MemberPoll = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LagInterval = TimeSpan.FromSeconds(1);

    private readonly KafkaSourceSettings _settings;
    private readonly Func<IReadOnlyList<int>, KafkaAssignment> _assign;
    private readonly KafkaControl _control;
    private readonly Action<KafkaBatch, long> _deliver;
    private readonly Action<Exception?> _finished;
    private readonly CancellationTokenSource _abandon = new();
    private readonly ManualResetEventSlim _room = new();

    private readonly Dictionary<int, long> _next = [];
    private readonly Dictionary<int, long> _ends = [];
    private readonly HashSet<int> _open = [];
    private KafkaAssignment? _assignment;
    private List<KafkaRecord> _batch = [];
    private long _batchBytes;
    private long _waitingBytes;
    private long _lagTold;

    /// <param name="settings">What to read.</param>
    /// <param name="assign">Takes partitions over; called on the poll thread.</param>
    /// <param name="control">Asked for draining; told the lag, and when closed.</param>
    /// <param name="deliver">Takes a batch and its payload bytes; called on the poll thread.</param>
    /// <param name="finished">Told once: null at a clean end, else why it stopped.</param>
    public KafkaPoller(
        KafkaSourceSettings settings,
        Func<IReadOnlyList<int>, KafkaAssignment> assign,
        KafkaControl control,
        Action<KafkaBatch, long> deliver,
        Action<Exception?> finished)
    {
        _settings = settings;
        _assign = assign;
        _control = control;
        _deliver = deliver;
        _finished = finished;
    }

    private bool IsMember => _settings.Partitions is null;

    /// <summary>A member without partitions waits for some, unless it only came to read up to an end.</summary>
    private bool IsDone => _assignment is not null && _open.Count == 0 && _settings.Stop is not KafkaStop.Unbounded;

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
                if (_settings.Partitions is { } partitions)
                    consumer.Assign(Assigned(consumer, partitions));
                else
                    consumer.Subscribe(_settings.Topic);
                Poll(consumer);
            }
            catch
            {
                Abandon(); // nothing can be settled any more
                throw;
            }
            finally
            {
                consumer.Close(); // revokes what a member has
            }
        }
        catch (Exception refused) when (refused is IngestionException or CatalogException)
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
            EnableAutoCommit = IsMember, // of the offsets that are stored here once the catalog has them
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true,
            AutoOffsetReset = AutoOffsetReset.Error, // an offset out of range is an error to show, never a place to jump to
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range, // eager: all partitions are given up before any is given anew
            QueuedMaxMessagesKbytes = _settings.PrefetchKilobytes,
            FetchWaitMaxMs = 50,
            FetchQueueBackoffMs = 50, // by default a full queue is looked at again after a second
            ConsumeResultFields = "none", // the topic is known
            AllowAutoCreateTopics = false,
        };
        var builder = new ConsumerBuilder<Ignore, ReadOnlyMemory<byte>?>(config)
            .SetValueDeserializer(new BlockDeserializer())
            .SetLogHandler(static (_, _) => { }); // what matters arrives as an error of Consume
        if (IsMember)
        {
            builder
                .SetPartitionsAssignedHandler((consumer, given) => Assigned(consumer, [.. given.Select(place => place.Partition.Value)]))
                .SetPartitionsRevokedHandler((consumer, _) => Revoked(consumer))
                .SetPartitionsLostHandler((_, _) => Forget(lost: true));
        }

        return builder.Build();
    }

    /// <returns>Where to read; partitions that have been read to the end of a bounded read are left out.</returns>
    private List<TopicPartitionOffset> Assigned(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer, IReadOnlyList<int> partitions)
    {
        _assignment = _assign(partitions);
        var positions = new List<TopicPartitionOffset>();
        foreach (var partition in partitions.Order())
        {
            var log = Watermarks(consumer, partition);
            var first = _assignment.StartOf(partition) ?? log.Low.Value;
            if (first > log.High.Value)
                throw AheadOfLog(partition, first, log.High.Value);
            if (first < log.Low.Value)
                throw Gap(partition, first, log.Low.Value);
            _next[partition] = first;
            _control.Begin(partition, first, log.High.Value);
            if (!_ends.TryGetValue(partition, out var end))
                _ends[partition] = end = EndOf(partition, log);
            if (first >= end)
                continue;
            _open.Add(partition);
            positions.Add(new TopicPartitionOffset(_settings.Topic, partition, first));
        }

        return positions;
    }

    private long EndOf(int partition, WatermarkOffsets log) => _settings.Stop switch
    {
        KafkaStop.LogEnd => log.High.Value,
        KafkaStop.Offsets bounds when bounds.Ends.TryGetValue(partition, out var bound) => bound,
        KafkaStop.Offsets => throw new IngestionException(
            $"Kafka topic '{_settings.Topic}' partition {partition} has no end offset although the read is bounded by offsets."),
        _ => long.MaxValue,
    };

    /// <summary>The group takes all partitions back, to share them out anew: it waits for this until they are settled.</summary>
    private void Revoked(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer)
    {
        if (_assignment is not { } assignment)
            return;
        Flush(consumer);
        if (!_abandon.IsCancellationRequested)
            _deliver(new KafkaBatch(assignment, [], IsLast: true), 0);
        var settled = IsSettled(assignment);
        if (settled)
            StoreOffsets(consumer);
        Forget(lost: !settled);
    }

    private bool IsSettled(KafkaAssignment assignment)
    {
        try
        {
            return assignment.Settled.Wait(_settings.RevokeTimeout, _abandon.Token);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private void Forget(bool lost)
    {
        if (lost)
            _assignment?.Lose();
        _assignment = null;
        _control.ForgetLag();
        _open.Clear();
        _next.Clear();
        _batch = [];
        _batchBytes = 0;
    }

    /// <summary>Has the group told what the catalog holds. Only for people who watch the group: a failure changes nothing.</summary>
    private void StoreOffsets(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer)
    {
        foreach (var (partition, next) in _assignment!.TakeCommitted())
        {
            _control.Committed(partition, next);
            if (!IsMember)
                continue;
            try
            {
                consumer.StoreOffset(new TopicPartitionOffset(_settings.Topic, partition, next));
            }
            catch (KafkaException)
            {
                return; // no longer ours
            }
        }
    }

    private WatermarkOffsets Watermarks(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer, int partition)
    {
        try
        {
            return consumer.QueryWatermarkOffsets(new TopicPartition(_settings.Topic, partition), _settings.BrokerTimeout);
        }
        catch (KafkaException refused)
        {
            throw new IngestionException(
                $"Kafka topic '{_settings.Topic}' partition {partition} cannot be read at {_settings.Client.BootstrapServers}: {refused.Error.Reason}",
                refused);
        }
    }

    private void Poll(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer)
    {
        while (true)
        {
            Breathe(consumer);
            if (IsDone || _control.Draining.IsCancellationRequested || _abandon.IsCancellationRequested)
                break;
            if (Next(consumer, _batch.Count == 0 ? IdleWait : FillWait) is { } result)
                Take(consumer, result);
            else
                Flush(consumer);
        }

        if (!_abandon.IsCancellationRequested)
            Flush(consumer);
    }

    private ConsumeResult<Ignore, ReadOnlyMemory<byte>?>? Next(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer, TimeSpan wait)
    {
        try
        {
            return consumer.Consume(wait);
        }
        catch (ConsumeException refused) when (Transient(refused.Error))
        {
            return null; // librdkafka reconnects by itself
        }
        catch (ConsumeException refused) when (refused.Error.Code is ErrorCode.OffsetOutOfRange or ErrorCode.Local_AutoOffsetReset)
        {
            throw OutOfRange(consumer, refused);
        }
    }

    private void Take(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer, ConsumeResult<Ignore, ReadOnlyMemory<byte>?> result)
    {
        var partition = result.Partition.Value;
        var offset = result.Offset.Value;
        if (!_open.Contains(partition))
            return; // beyond the end of a bounded read
        if (result.IsPartitionEOF)
        {
            ReachedEnd(partition, offset);
            return;
        }

        var expected = _next[partition];
        if (offset < expected)
            throw new IngestionException(
                $"Kafka topic '{_settings.Topic}' partition {partition} went back from offset {expected} to {offset}; reading on would double records.");

        // Transaction markers and compaction leave holes by design; retention does not, and shows in the low watermark.
        if (offset > expected && Watermarks(consumer, partition).Low.Value is var low && low > expected)
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
            Flush(consumer);
        ReachedEnd(partition, offset + 1);
    }

    private void ReachedEnd(int partition, long position)
    {
        if (position >= _ends[partition])
            _open.Remove(partition);
    }

    private void Flush(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer)
    {
        TellLag(consumer);
        if (_batch.Count == 0)
            return;
        Interlocked.Add(ref _waitingBytes, _batchBytes);
        _deliver(new KafkaBatch(_assignment!, _batch, IsLast: false), _batchBytes);
        _batch = new List<KafkaRecord>(_batch.Count); // the next one will be much like it
        _batchBytes = 0;
    }

    /// <summary>
    /// Stops consuming at the high watermark until the low one is reached. Not by the consumer's own Pause, which drops what is prefetched
    /// and takes up to a second to resume; but a member that does not poll is taken for dead, so that one polls now and then, paused.
    /// </summary>
    private void Breathe(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer)
    {
        if (Interlocked.Read(ref _waitingBytes) < _settings.PauseAtBytes)
            return;
        _room.Reset();
        WaitHandle[] signs = [_room.WaitHandle, _control.Draining.WaitHandle, _abandon.Token.WaitHandle];
        while (Interlocked.Read(ref _waitingBytes) > _settings.ResumeAtBytes && WaitHandle.WaitAny(signs, MemberPoll) == WaitHandle.WaitTimeout)
        {
            if (!IsMember)
                continue;
            consumer.Pause(consumer.Assignment);
            if (Next(consumer, TimeSpan.Zero) is { } result)
                Take(consumer, result);
            consumer.Resume(consumer.Assignment);
        }
    }

    /// <summary>How far behind the log the catalog is, now and then; from what the consumer knows anyway.</summary>
    private void TellLag(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer)
    {
        if (_assignment is null || (_lagTold != 0 && Stopwatch.GetElapsedTime(_lagTold) < LagInterval))
            return;
        _lagTold = Stopwatch.GetTimestamp();
        StoreOffsets(consumer);
        foreach (var partition in _next.Keys)
            _control.Grown(partition, consumer.GetWatermarkOffsets(new TopicPartition(_settings.Topic, partition)).High.Value);
    }

    private IngestionException OutOfRange(IConsumer<Ignore, ReadOnlyMemory<byte>?> consumer, ConsumeException refused)
    {
        foreach (var partition in _open)
        {
            var log = Watermarks(consumer, partition);
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
        or ErrorCode.Local_TimedOut or ErrorCode.Local_Resolve or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition
        or ErrorCode.Local_MaxPollExceeded or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup
        or ErrorCode.GroupLoadInProgress or ErrorCode.RebalanceInProgress or ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration;
}
