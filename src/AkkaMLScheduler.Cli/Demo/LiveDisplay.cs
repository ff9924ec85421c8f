using System.Threading.Channels;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Contracts.Api;
using Spectre.Console;

namespace AkkaMLScheduler.Cli.Demo;

/// <summary>For a terminal: the last lines of the story above the jobs' table, drawn by one task only, which is all that the console allows.</summary>
public sealed class LiveDisplay : IDemoDisplay
{
    private const int LinesKept = 14;

    private readonly Channel<object> _changes = Channel.CreateBounded<object>(
        new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly Task _drawing;

    public LiveDisplay() => _drawing = DrawAsync();

    public void Say(string line) => _changes.Writer.TryWrite(line);

    public void Show(IReadOnlyList<JobView> jobs) => _changes.Writer.TryWrite(jobs);

    public async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _drawing;
    }

    private Task DrawAsync() => Tables.Error.Live(new Text("")).AutoClear(false).StartAsync(async live =>
    {
        var lines = new Queue<string>();
        IReadOnlyList<JobView> jobs = [];
        await foreach (var change in _changes.Reader.ReadAllAsync())
        {
            if (change is IReadOnlyList<JobView> shown)
            {
                jobs = shown;
            }
            else
            {
                lines.Enqueue($"[grey]{TimeProvider.System.GetElapsedTime(_started).TotalSeconds,6:0.0} s[/]  {Markup.Escape((string)change)}");
                if (lines.Count > LinesKept) lines.Dequeue();
            }

            var story = new Markup(string.Join('\n', lines));
            live.UpdateTarget(jobs.Count == 0 ? story : new Rows(story, Tables.Jobs(jobs)));
        }
    });
}
