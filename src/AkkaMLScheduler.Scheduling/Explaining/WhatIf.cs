namespace AkkaMLScheduler.Scheduling.Explaining;

/// <summary>How a job's expected start changes. Null: it is not foreseen to start, or is not there.</summary>
public sealed record StartChange(string Job, DateTimeOffset? Before, DateTimeOffset? After);

/// <summary>Tries an edit on copies of the state: nodes come or go, a quota changes, jobs are submitted or cancelled.</summary>
public static class WhatIf
{
    /// <summary>
    /// Runs the state forward with and without the edits and returns every job whose start differs, by id. The core itself is not changed.
    /// </summary>
    /// <param name="core">The state to start from.</param>
    /// <param name="now">The instant of the edits; they carry their own times, which should be this one.</param>
    /// <param name="edits">Applied in order.</param>
    /// <exception cref="ArgumentException">An edit would change nothing; the message says which and why.</exception>
    public static IReadOnlyList<StartChange> Run(SchedulerCore core, DateTimeOffset now, IReadOnlyList<SchedulerInput> edits)
    {
        var edited = core.Fork();
        foreach (var edit in edits)
            if (edited.Apply(edit) is { Changed: false } refused)
                throw new ArgumentException($"{edit.GetType().Name} would change nothing: {refused.Ignored}.", nameof(edits));
        var before = core.Forecast(now).Starts;
        var after = edited.Forecast(now).Starts;
        return [.. before.Keys.Union(after.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(job => new StartChange(job, At(before, job), At(after, job)))
            .Where(change => change.Before != change.After)];
    }

    private static DateTimeOffset? At(IReadOnlyDictionary<string, DateTimeOffset> starts, string job) =>
        starts.TryGetValue(job, out var at) ? at : null;
}
