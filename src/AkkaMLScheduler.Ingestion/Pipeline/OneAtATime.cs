using Akka.Streams;
using Akka.Streams.Stage;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>
/// Does asynchronous work for one element after the other; a null result emits nothing. Unlike SelectAsync it fails with the very
/// exception of the work and leaves reporting it to whoever runs the stream: an expected refusal is no stack trace in the log.
/// </summary>
internal sealed class OneAtATime<TIn, TOut> : GraphStage<FlowShape<TIn, TOut>>
    where TOut : class
{
    private readonly Func<TIn, Task<TOut?>> _work;
    private readonly Inlet<TIn> _in;
    private readonly Outlet<TOut> _out;

    public OneAtATime(string name, Func<TIn, Task<TOut?>> work)
    {
        _work = work;
        _in = new Inlet<TIn>(name + ".in");
        _out = new Outlet<TOut>(name + ".out");
        Shape = new FlowShape<TIn, TOut>(_in, _out);
    }

    public override FlowShape<TIn, TOut> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this);

    private sealed class Logic : InAndOutGraphStageLogic
    {
        private readonly OneAtATime<TIn, TOut> _stage;
        private Action<Task<TOut?>>? _done;
        private bool _working;

        public Logic(OneAtATime<TIn, TOut> stage)
            : base(stage.Shape)
        {
            _stage = stage;
            SetHandlers(stage._in, stage._out, this);
        }

        public override void PreStart() => _done = GetAsyncCallback<Task<TOut?>>(Done);

        public override void OnPush()
        {
            _working = true;
            _ = _stage._work(Grab(_stage._in)).ContinueWith(_done!, TaskScheduler.Default);
        }

        public override void OnPull()
        {
            if (!_working && !IsClosed(_stage._in))
                Pull(_stage._in);
        }

        public override void OnUpstreamFinish()
        {
            if (!_working)
                CompleteStage();
        }

        private void Done(Task<TOut?> task)
        {
            _working = false;
            if (task.IsCanceled || task.Exception is not null)
            {
                FailStage(task.Exception?.GetBaseException() ?? new OperationCanceledException());
                return;
            }

            if (task.Result is { } result)
                Push(_stage._out, result);
            if (IsClosed(_stage._in))
                CompleteStage();
            else if (task.Result is null)
                Pull(_stage._in);
        }
    }
}
