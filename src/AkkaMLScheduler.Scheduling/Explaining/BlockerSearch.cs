namespace AkkaMLScheduler.Scheduling.Explaining;

/// <summary>One thing that may keep a job from starting, and the input that takes it away.</summary>
internal sealed record Blocker(Blocker.Kind What, string Name, SchedulerInput Removal)
{
    public enum Kind
    {
        Running,
        Pending,
        Queue,
        Node,
    }
}

/// <summary>
/// Finds a set of blockers of which none can be left out, by halving (Junker's QuickXplain, AAAI 2004). Taking more away does not always
/// help more, as others may take the room; so what is found is tried, and tried again without each of its members.
/// </summary>
internal sealed class BlockerSearch(SchedulerCore core, string job, DateTimeOffset now)
{
    /// <summary>Null when the job would not start even without all of them.</summary>
    public IReadOnlyList<Blocker>? Find(IReadOnlyList<Blocker> all)
    {
        if (!Starts(all)) return null;
        var found = Narrow([], all);
        if (!Starts(found)) found = [.. all];
        for (var i = found.Count - 1; i >= 0; i--)
        {
            List<Blocker> without = [.. found[..i], .. found[(i + 1)..]];
            if (Starts(without)) found = without;
        }

        return found;
    }

    private List<Blocker> Narrow(List<Blocker> gone, IReadOnlyList<Blocker> candidates)
    {
        if (candidates.Count == 0 || Starts(gone)) return [];
        if (candidates.Count == 1) return [.. candidates];
        var half = candidates.Count / 2;
        var (first, second) = (candidates.Take(half).ToList(), candidates.Skip(half).ToList());
        // What comes first in the list is preferred: the second half is drawn upon only for what the first does not settle.
        var fromSecond = Narrow([.. gone, .. first], second);
        return [.. Narrow([.. gone, .. fromSecond], first), .. fromSecond];
    }

    private bool Starts(IReadOnlyList<Blocker> gone)
    {
        var fork = core.Fork();
        foreach (var blocker in gone.Where(one => one.What != Blocker.Kind.Queue)) fork.Apply(blocker.Removal);
        fork.LiftQuotas([.. gone.Where(one => one.What == Blocker.Kind.Queue).Select(one => one.Name)], now);
        return fork.Plan(now).Starts.Any(start => start.Job == job);
    }
}
