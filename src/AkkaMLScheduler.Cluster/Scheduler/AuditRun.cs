namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>What an audit of a stored ledger has found.</summary>
/// <param name="BeganBehind">Sequence number of the entry that it began behind; 0 for the whole ledger.</param>
/// <param name="Note">Why it did not begin where it was asked to; empty when it did.</param>
/// <param name="Difference">Null when every decision came out as it is stored.</param>
public sealed record AuditReport(long BeganBehind, string Note, long Entries, long Starts, long Preemptions, LedgerDifference? Difference);

/// <summary>Chooses where an audit of a stored ledger can begin, and carries it out.</summary>
public static class AuditRun
{
    /// <param name="since">Begin at the newest snapshot before this; null for the first entry.</param>
    /// <exception cref="LedgerUnreadableException">There is no ledger, a part of it is damaged, or nothing to begin from is left.</exception>
    public static async Task<AuditReport> OfAsync(LedgerReader ledger, DateTimeOffset? since, CancellationToken ct = default)
    {
        var first = await ledger.FirstAsync(ct) ?? throw new LedgerUnreadableException("the ledger has no entries: no scheduler has written to this database yet");
        var (start, note) = Choose(first, await ledger.SnapshotsAsync(ct), since);
        var audit = start is { } snapshot ? LedgerAudit.From(snapshot.Snapshot) : LedgerAudit.FromTheFirstEntry();
        var behind = start?.SequenceNumber ?? 0;
        var expected = behind;
        LedgerDifference? difference = null;
        await foreach (var (number, entry) in ledger.EntriesAsync(behind, ct))
        {
            difference = number == ++expected
                ? audit.Check(number, entry)
                : new LedgerDifference(expected, entry.At, "entry", "nothing", $"an entry: the next is {number}");
            if (difference is not null) break;
        }

        return new AuditReport(behind, note, audit.Entries, audit.Starts, audit.Preemptions, difference);
    }

    private static (StoredSnapshot? Start, string Note) Choose(long first, IReadOnlyList<StoredSnapshot> snapshots, DateTimeOffset? since)
    {
        // One taken before the oldest kept entry but one leaves a gap.
        List<StoredSnapshot> usable = [.. snapshots.Where(s => s.SequenceNumber >= first - 1)];
        if (since is { } time)
        {
            if (usable.LastOrDefault(s => s.Snapshot.LastInputAt <= time) is { Snapshot: not null } before) return (before, "");
            if (first == 1) return (null, $"no snapshot from before {time:u} is kept; began at the first entry");
        }

        if (first == 1) return (null, "");
        return usable.Count > 0
            ? (usable[0], $"entries before {first} are gone; began at the oldest snapshot, taken after entry {usable[0].SequenceNumber}")
            : throw new LedgerUnreadableException($"entries before {first} are gone and no snapshot reaches up to them: there is nothing to begin from");
    }
}
