using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cluster.Tests.Scheduler;

public sealed class LedgerAuditTests
{
    public static TheoryData<string, string, string> Policies => new()
    {
        { "priority", "none", "priority" },
        { "priority", "conservative", "none" },
        { "drf", "easy", "fair-share" },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void An_honest_ledger_comes_out_as_it_is_stored(string order, string backfill, string preemption)
    {
        var ledger = HonestLedger.Write(new SchedulingPolicy(order, backfill, "best-fit", preemption), entries: 1_000);

        var audit = LedgerAudit.FromTheFirstEntry();
        var differences = ledger.Select((entry, i) => audit.Check(i + 1, entry)).Where(found => found is not null);

        Assert.Empty(differences);
        Assert.Equal((1_000, ledger.Sum(e => e.Starts.Count)), (audit.Entries, audit.Starts));
        Assert.True(audit.Starts > 100, $"only {audit.Starts} starts: the ledger proves little");
    }

    [Fact]
    public void An_audit_from_a_snapshot_goes_on_where_it_was_taken()
    {
        const int behind = 400;
        var policy = new SchedulingPolicy("priority", "conservative", "best-fit", "none");
        var ledger = HonestLedger.Write(policy, entries: 800, out var snapshot, snapshotAfter: behind);

        var audit = LedgerAudit.From(snapshot!);
        var differences = ledger.Skip(behind).Select((entry, i) => audit.Check(behind + i + 1, entry)).Where(found => found is not null);

        Assert.Empty(differences);
        Assert.Equal(400, audit.Entries);
    }

    [Fact]
    public void A_start_on_another_node_is_found_where_it_stands() => AssertFound(
        entry => entry.Starts.Count > 0,
        entry => entry with { Starts = [.. entry.Starts.Select(s => s with { Placements = [.. s.Placements.Select(p => p with { Node = "elsewhere" })] })] },
        "start 1", "elsewhere");

    [Fact]
    public void A_start_that_was_taken_out_is_found() => AssertFound(
        entry => entry.Starts.Count > 0, entry => entry with { Starts = [.. entry.Starts.SkipLast(1)] }, "start", "nothing");

    [Fact]
    public void A_preemption_that_was_made_up_is_found() => AssertFound(
        entry => entry.Planned && entry.Preempts.Count == 0, entry => entry with { Preempts = [new PreemptDecision("victim", 1, "friend")] },
        "preemption 1", "victim#1 for friend");

    [Fact]
    public void A_promise_that_was_moved_is_found() => AssertFound(
        entry => entry.Reservations.Count > 0,
        entry => entry with { Reservations = [.. entry.Reservations.Select(r => r with { StartsAt = r.StartsAt.AddSeconds(1) })] },
        "reservation 1", "#");

    [Fact]
    public void An_input_that_says_nothing_new_is_found() => AssertFound(
        entry => entry.Inputs.Count > 0, entry => entry with { Inputs = [.. entry.Inputs, entry.Inputs[^1]] }, "input", "");

    [Fact]
    public void A_decision_of_an_unplanned_entry_that_fits_nothing_is_found() => AssertFound(
        entry => entry.Planned,
        entry => entry with { Planned = false, Starts = [new StartDecision("nobody", 1, [new Placement("node-0", "a", 0, [])])] }, "entry", "an entry that fits");

    private static void AssertFound(Func<LedgerEntry, bool> where, Func<LedgerEntry, LedgerEntry> tamper, string part, string stored)
    {
        var ledger = HonestLedger.Write(new SchedulingPolicy("priority", "conservative", "best-fit", "none"), entries: 500);
        var at = 100 + ledger.Skip(100).TakeWhile(entry => !where(entry)).Count();
        ledger[at] = tamper(ledger[at]);

        var audit = LedgerAudit.FromTheFirstEntry();
        var found = ledger.Select((entry, i) => audit.Check(i + 1, entry)).First(difference => difference is not null)!;

        Assert.Equal((at + 1, ledger[at].At), (found.SequenceNumber, found.At));
        Assert.StartsWith(part, found.Part);
        Assert.Contains(stored, found.Stored);
        Assert.NotEqual(found.Stored, found.Computed);
    }
}
