using Akka.Streams;
using Akka.Streams.Dsl;
using Akka.Streams.Stage;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>
/// Reads partitions of one topic from the catalog's offsets as an Akka stream of batches: those that a consumer group gives this member,
/// or given ones. When a rebalance takes partitions away, what was read of them is committed first; what could not be is dropped, for
/// their next reader starts from the catalog's offsets too. Exclusive writing is guarded where offsets are committed. The stream fails with <see cref="IngestionException"/> rather than pass over a record.
/// </summary>
public sealed class KafkaSource : GraphStageWithMaterializedValue<SourceShape<KafkaBatch>, KafkaControl>
{
    private readonly KafkaSourceSettings _settings;
    private readonly Func<IReadOnlyList<int>, KafkaAssignment> _assign;
    private readonly Outlet<KafkaBatch> _out = new("kafka.out");

    private KafkaSource(KafkaSourceSettings settings, Func<IReadOnlyList<int>, KafkaAssignment> assign)
    {
        _settings = settings;
        _assign = assign;
        Shape = new SourceShape<KafkaBatch>(_out);
    }

    public override SourceShape<KafkaBatch> Shape { get; }

    /// <summary>Makes the source; it connects when the stream is run.</summary>
    /// <param name="settings">Topic, client, bounds.</param>
    /// <param name="assign">
    /// Takes over partitions that this reader was given; called on the poll thread, which may wait for it, before anything of them is read.
    /// </param>
    public static Source<KafkaBatch, KafkaControl> Create(KafkaSourceSettings settings, Func<IReadOnlyList<int>, KafkaAssignment> assign)
        => Source.FromGraph(new KafkaSource(settings, assign));

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
        private readonly Queue<(KafkaBatch Batch, long Bytes)> _waiting = new();
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
            var deliver = GetAsyncCallback<(KafkaBatch Batch, long Bytes)>(Delivered);
            var finished = GetAsyncCallback<Exception?>(Finished);
            _poller = new KafkaPoller(
                _stage._settings,
                _stage._assign,
                _control,
                (batch, bytes) => deliver((batch, bytes)),
                finished);
            _poller.Start();
        }

        public override void OnPull()
        {
            if (_waiting.TryDequeue(out var next))
            {
                _poller!.Release(next.Bytes);
                Push(_stage._out, next.Batch);
            }

            CompleteIfDrained();
        }

        public override void PostStop() => _poller?.Abandon();

        private void Delivered((KafkaBatch Batch, long Bytes) next)
        {
            _waiting.Enqueue(next);
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
