using System.Globalization;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cli.Demo;

/// <summary>Lines for files and pipes: what is said, and each change of a job's state, with the seconds since the start.</summary>
public sealed class PlainDisplay(TextWriter to, TimeProvider time) : IDemoDisplay
{
    private readonly long _started = time.GetTimestamp();
    private readonly Dictionary<string, (JobStatus Status, int Attempts)> _shown = [];

    public void Say(string line) =>
        to.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time.GetElapsedTime(_started).TotalSeconds,6:0.0} s  {line}"));

    public void Show(IReadOnlyList<JobView> jobs)
    {
        foreach (var job in jobs)
        {
            var now = (job.Status, job.Attempts);
            if (_shown.TryGetValue(job.Id, out var before) && before == now) continue;
            _shown[job.Id] = now;
            var reason = job.Reason.Length > 0 ? $": {job.Reason}" : "";
            Say($"  {job.Id} {job.Status.ToString().ToLowerInvariant()} (attempt {Math.Max(job.Attempts, 1)}){reason}");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
