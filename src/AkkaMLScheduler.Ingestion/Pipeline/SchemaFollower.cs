using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Ingestion.Pipeline;

/// <summary>
/// Runs that begin anew when another has changed the dataset's columns: what is not committed is read again, into the columns of now,
/// so that no file is of two minds.
/// </summary>
/// <param name="settings">Its progress is told the sums over all runs.</param>
/// <param name="begin">Starts a run with such settings.</param>
internal sealed class SchemaFollower(IngestionSettings settings, Func<IngestionSettings, Task<RunningIngestion>> begin) : IProgress<IngestionReport>
{
    private readonly Lock _gate = new();
    private IngestionReport _before = IngestionReport.Start(settings.Dataset, 0);
    private IngestionReport _last = IngestionReport.Start(settings.Dataset, 0);
    private RunningIngestion? _run;
    private bool _drained;

    public async Task<RunningIngestion> StartAsync()
    {
        await BeginAsync().ConfigureAwait(false);
        return new RunningIngestion(Drain, () => _run!.Lag, FollowAsync());
    }

    /// <summary>Called by one run at a time.</summary>
    public void Report(IngestionReport value)
    {
        _last = value;
        settings.Progress?.Report(value.After(_before));
    }

    private async Task<IngestionReport> FollowAsync()
    {
        while (true)
        {
            try
            {
                return (await _run!.Completion.ConfigureAwait(false)).After(_before);
            }
            catch (SchemaChangedException)
            {
                _before = _last.After(_before);
                _last = IngestionReport.Start(settings.Dataset, 0);
                await BeginAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task BeginAsync()
    {
        var run = await begin(settings with { Progress = this }).ConfigureAwait(false);
        bool drained;
        lock (_gate)
        {
            _run = run;
            drained = _drained;
        }

        if (drained)
            run.Drain();
    }

    private void Drain()
    {
        RunningIngestion run;
        lock (_gate)
        {
            _drained = true;
            run = _run!;
        }

        run.Drain();
    }
}
