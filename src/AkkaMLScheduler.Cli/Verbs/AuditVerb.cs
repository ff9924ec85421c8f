using System.CommandLine;
using System.Data.Common;
using System.Globalization;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Host.Configuration;
using Spectre.Console;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Proves the ledger from its database: the inputs through the scheduling core again, every decision compared.</summary>
public static class AuditVerb
{
    private static readonly Option<string?> Since = new("--since")
    {
        Description = "Begin at the newest snapshot before this time, such as 2026-01-31T18:00Z, or before this long ago, such as 2h. Default: the first entry.",
    };

    private static readonly Option<OutputFormat> Output = new("--output", "-o") { Description = "table or json." };

    public static Command Create()
    {
        var nodes = new NodeOptions();
        var audit = new Command(
            "audit", "Replays the scheduler's ledger and compares every decision with the stored one. Exit code 0: all the same, 1: not. Reads the database only; a cluster may run.");
        nodes.AddStorageTo(audit);
        audit.Options.Add(Since);
        audit.Options.Add(Output);
        audit.SetAction(async (parse, ct) =>
        {
            var report = await RunAsync(nodes.Read(parse), Time(parse.GetValue(Since)), ct);
            parse.GetValue(Output).Write(report, AuditJson.Default.AuditReport, r => new Text(Text(r)));
            return report.Difference is null ? ExitCodes.Success : ExitCodes.Failed;
        });
        return audit;
    }

    private static async Task<AuditReport> RunAsync(NodeSettings settings, DateTimeOffset? since, CancellationToken ct)
    {
        try
        {
            await using var journal = await JournalFile.OpenAsync(settings, ct);
            return await AuditRun.OfAsync(new LedgerReader(journal), since, ct);
        }
        catch (LedgerUnreadableException e)
        {
            throw new UserError(e.Message);
        }
        catch (DbException e)
        {
            throw new UserError($"the journal cannot be read; is this the database of a scheduler? {e.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static DateTimeOffset? Time(string? text)
    {
        if (text is null) return null;
        if (Quantity.TryDuration(text, out var ago)) return TimeProvider.System.GetUtcNow() - ago;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var at)
            ? at
            : throw new UserError($"--since is '{text}'; it must be a time, such as 2026-01-31T18:00Z, or how long ago, such as 2h");
    }

    private static string Text(AuditReport report)
    {
        var note = report.Note.Length == 0 ? "" : $"{report.Note}\n";
        var counts = string.Create(
            CultureInfo.InvariantCulture, $"{report.Entries:N0} entries checked, with {report.Starts:N0} starts and {report.Preemptions:N0} preemptions");
        return report.Difference is not { } difference
            ? $"{note}{counts}: every decision comes out as it is stored\n"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{note}{counts}\nentry {difference.SequenceNumber} of {difference.At:O} differs at {difference.Part}\n  stored    {difference.Stored}\n  computed  {difference.Computed}\n");
    }
}
