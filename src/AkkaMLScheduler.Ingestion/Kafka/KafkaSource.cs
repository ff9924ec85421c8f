using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>
/// Reads partitions of one topic from given offsets as an Akka stream of batches, each in log order within its partition.
/// Partitions are assigned by hand, so there are no rebalances: exclusive writing is guarded where offsets are committed.
/// The stream fails with <see cref="IngestionException"/> rather than pass over a record.
/// </summary>
public sealed class KafkaSource : GraphStageWithMaterializedValue<SourceShape<IReadOnlyList<KafkaRecord>>, KafkaControl>
{
    private readonly KafkaSourceSettings _settings;
    private readonly IReadOnlyDictionary<int, long?> _starts;
    private readonly Outlet<IReadOnlyList<KafkaRecord>> _out = new("kafka.out");

    private KafkaSource(KafkaSourceSettings settings, IReadOnlyDictionary<int, long?> starts)
    {
        _settings = settings;
        _starts = starts;
        Shape = new SourceShape<IReadOnlyList<KafkaRecord>>(_out);
    }

    public override SourceShape<IReadOnlyList<KafkaRecord>> Shape { get; }

    /// <summary>Makes the source; it connects when the stream is run.</summary>
    /// <param name="settings">Topic, client, bounds.</param>
    /// <param name="starts">Partition to the first offset to read; null reads from the oldest record the log still has.</param>
    public static Source<IReadOnlyList<KafkaRecord>, KafkaControl> Create(KafkaSourceSettings settings, IReadOnlyDictionary<int, long?> starts)
        => Source.FromGraph(new KafkaSource(settings, starts));

    public override ILogicAndMaterializedValue<KafkaControl> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var control = new KafkaControl();
        return new LogicAndMaterializedValue<KafkaControl>(new Logic(this, control), control);
    }

    private sealed class Logic : OutGraphStageLogic
    {
        private readonly KafkaSource _stage;
        private readonly KafkaControl _control;

        // Bounded by the poller: it stops consuming while PauseAtBytes are waiting here.
        private readonly Queue<(IReadOnlyList<KafkaRecord> Records, long Bytes)> _waiting = new();
        private KafkaPoller? _poller;
        private bool _ended;

        public Logic(KafkaSource stage, KafkaControl control)
            : base(stage.Shape)
        {
            _stage = stage;
            _control = control;
            SetHandler(stage._out, this);
        }

        public override void PreStart()
        {
            var deliver = GetAsyncCallback<(IReadOnlyList<KafkaRecord> Records, long Bytes)>(Delivered);
            var finished = GetAsyncCallback<Exception?>(Finished);
            _poller = new KafkaPoller(
                _stage._settings,
                _stage._starts,
                _control,
                (records, bytes) => deliver((records, bytes)),
                finished);
            _poller.Start();
        }

        public override void OnPull()
        {
            if (_waiting.TryDequeue(out var batch))
            {
                _poller!.Release(batch.Bytes);
                Push(_stage._out, batch.Records);
            }

            CompleteIfDrained();
        }

        public override void PostStop() => _poller?.Abandon();

        private void Delivered((IReadOnlyList<KafkaRecord> Records, long Bytes) batch)
        {
            _waiting.Enqueue(batch);
            if (IsAvailable(_stage._out))
                OnPull();
        }

        private void Finished(Exception? failure)
        {
            if (failure is not null)
            {
                FailStage(failure);
                return;
            }

            _ended = true;
            CompleteIfDrained();
        }

        private void CompleteIfDrained()
        {
            if (_ended && _waiting.Count == 0)
                Complete(_stage._out);
        }
    }
}
