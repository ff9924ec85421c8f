using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>
/// Proves a ledger: feeds its inputs through a core of its own, entry by entry, and compares what that decides with what is stored.
/// Inputs and time are all that it takes, so equal decisions are no accident.
/// </summary>
/// <remarks>Stops to mean anything at the first difference: what comes after follows from another state.</remarks>
public sealed class LedgerAudit
{
    private readonly SchedulerCore _core;

    private LedgerAudit(SchedulerCore core) => _core = core;

    /// <summary>Entries that were looked at.</summary>
    public long Entries { get; private set; }

    public long Starts { get; private set; }

    public long Preemptions { get; private set; }

    /// <summary>An audit of a whole ledger, whose first entry is the next.</summary>
    public static LedgerAudit FromTheFirstEntry() => new(new SchedulerCore(SchedulingPolicy.Default));

    /// <summary>An audit that begins behind the entry after which this snapshot was taken, and trusts it.</summary>
    public static LedgerAudit From(SchedulerSnapshot snapshot) => new(SchedulerCore.Import(snapshot));

    /// <summary>Looks at the next entry.</summary>
    /// <returns>Null when it is as it must be, else the first thing in it that is not.</returns>
    public LedgerDifference? Check(long sequenceNumber, LedgerEntry entry)
    {
        Entries++;
        Starts += entry.Starts.Count;
        Preemptions += entry.Preempts.Count;
        LedgerDifference Differs(string part, string? stored, string? computed) =>
            new(sequenceNumber, entry.At, part, stored ?? "nothing", computed ?? "nothing");
        try
        {
            foreach (var input in entry.Inputs)
            {
                // Only what changed something is stored, so what changes nothing here was applied to another state there.
                if (_core.Apply(input.Input) is { Changed: false } applied) return Differs("input", input.Input.ToString(), applied.Ignored);
            }

            if (!entry.Planned)
            {
                _core.Commit(entry.ToPlan());
                return null;
            }

            var plan = _core.Plan(entry.At);
            var computed = LedgerEntry.Of(entry.At, entry.Inputs, planned: true, plan);
            if (First(entry.Starts, computed.Starts, Text) is var (at, stored, ours)) return Differs($"start {at}", stored, ours);
            if (First(entry.Preempts, computed.Preempts, Text) is var (p, storedPreempt, ourPreempt)) return Differs($"preemption {p}", storedPreempt, ourPreempt);
            if (First(entry.Expires, computed.Expires, Text) is var (e, storedExpiry, ourExpiry)) return Differs($"expiry {e}", storedExpiry, ourExpiry);
            if (First(entry.Reservations, computed.Reservations, Text) is var (r, storedHeld, ourHeld)) return Differs($"reservation {r}", storedHeld, ourHeld);
            if (entry.Compressed != computed.Compressed) return Differs("compressed", Word(entry.Compressed), Word(computed.Compressed));
            _core.Commit(plan);
            return null;
        }
        catch (Exception e) when (e is DecisionMismatchException or UnknownPolicyException or InvalidDataException)
        {
            return Differs("entry", "an entry that fits", e.Message);
        }
    }

    /// <summary>The first place where two lists differ, counted from 1.</summary>
    private static (int At, string? Stored, string? Computed)? First<T>(IReadOnlyList<T> stored, IReadOnlyList<T> computed, Func<T, string> text)
        where T : IEquatable<T>
    {
        for (var i = 0; i < Math.Max(stored.Count, computed.Count); i++)
        {
            if (i < stored.Count && i < computed.Count && stored[i].Equals(computed[i])) continue;
            return (i + 1, i < stored.Count ? text(stored[i]) : null, i < computed.Count ? text(computed[i]) : null);
        }

        return null;
    }

    private static string Text(StartDecision start) => $"{start.Job}#{start.Attempt} on {Text(start.Placements)}";

    private static string Text(PreemptDecision preempt) => $"{preempt.Job}#{preempt.Attempt} for {preempt.Beneficiary ?? "its node's drain"}";

    private static string Text(JobAttempt attempt) => $"{attempt.Job}#{attempt.Attempt}";

    private static string Text(Reservation one) =>
        string.Create(CultureInfo.InvariantCulture, $"{one.Job}#{one.Attempt} at {one.StartsAt:O} on {Text(one.Placements)}");

    private static string Text(IReadOnlyList<Placement> placements) =>
        string.Join(", ", placements.Select(p => p.Gpus.Count == 0 ? $"{p.Node}({p.Incarnation})" : $"{p.Node}({p.Incarnation}) gpu {string.Join("+", p.Gpus)}"));

    private static string Word(bool value) => value ? "yes" : "no";
}

/// <summary>Where a ledger and its replay part.</summary>
/// <param name="SequenceNumber">Of the entry in the scheduler's journal.</param>
/// <param name="At">The entry's time.</param>
/// <param name="Part">Which of its decisions, counted from 1, or which part of it.</param>
public sealed record LedgerDifference(long SequenceNumber, DateTimeOffset At, string Part, string Stored, string Computed);
