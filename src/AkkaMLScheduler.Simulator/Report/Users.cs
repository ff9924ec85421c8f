namespace AkkaMLScheduler.Simulator.Report;

/// <summary>The users of all runs together, the largest first, so that one has the same colour everywhere.</summary>
internal sealed class Users
{
    /// <summary>As many as there are colours that everyone can tell apart.</summary>
    public const int MostNamed = 8;

    private readonly Dictionary<string, int> _index;

    private Users(IReadOnlyList<string> names)
    {
        Names = names;
        _index = names.Index().ToDictionary(entry => entry.Item, entry => entry.Index, StringComparer.Ordinal);
    }

    /// <summary>By their work (size · run time over all runs), then by name; empty when no job says who submitted it.</summary>
    public IReadOnlyList<string> Names { get; }

    public static Users Of(IReadOnlyList<ReportRun> runs)
    {
        var work = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var job in runs.SelectMany(run => run.Result.Jobs))
            work[job.User] = work.GetValueOrDefault(job.User) + job.Size * (double)job.Run;
        if (work.Keys.All(user => user.Length == 0)) return new Users([]);
        return new Users([
            .. work.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Key),
        ]);
    }

    /// <summary>The user's place in <see cref="Names"/>; 0 when there are none.</summary>
    public int IndexOf(string user) => _index.GetValueOrDefault(user);
}
