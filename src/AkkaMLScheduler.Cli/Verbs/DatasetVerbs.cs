using System.CommandLine;
using System.Globalization;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Host.Api;
using Spectre.Console;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Datasets and their versions, from the catalog's own database.</summary>
internal static class DatasetVerbs
{
    private const string References = "NAME (the newest version), NAME@3, NAME@tag, or NAME@2026-03-01T12:00:00Z (the newest at that time)";

    private static readonly CatalogOptions Catalogs = new();

    private static readonly Option<OutputFormat> Output = new("--output", "-o") { Description = "table or json." };

    private static readonly Option<int> Limit = new("--limit", "-n") { Description = "Rows at most.", DefaultValueFactory = _ => 10 };

    public static Command Create()
    {
        var dataset = new Command("dataset", "Shows datasets and their versions, compares, names and exports them.");
        foreach (var verb in (Command[])[List(), Show(), Log(), Diff(), Tag(), Rejects(), Sample(), Export(), .. DatasetUpkeepVerbs.Create()]) dataset.Subcommands.Add(verb);
        return dataset;
    }

    /// <summary>The version that a reference means.</summary>
    /// <exception cref="UserError">There is none such.</exception>
    public static async Task<DatasetSnapshot> FindAsync(LakeCatalog catalog, string reference, CancellationToken ct) =>
        await catalog.FindAsync(reference, ct)
            ?? throw new UserError($"there is no dataset '{reference}'; 'amls dataset list' lists all, 'amls dataset log NAME' its versions and tags");

    private static Command List() => Verb("list", "The newest version of each dataset, with the counts of every record read for it.", [], async (parse, catalog, ct) =>
    {
        parse.GetValue(Output).Write(await DatasetsApi.ListAsync(catalog, ct), ApiJson.Default.IReadOnlyListDatasetView, Tables.Datasets);
        return ExitCodes.Success;
    });

    private static Command Show()
    {
        var reference = Reference("reference");
        return Verb("show", "A version with its columns, files and origin.", [reference], async (parse, catalog, ct) =>
        {
            parse.GetValue(Output).Write(await ViewAsync(catalog, await FindAsync(catalog, parse.GetValue(reference)!, ct), ct), DataJson.Default.SnapshotView, DataTables.Snapshot);
            return ExitCodes.Success;
        });
    }

    private static Command Log()
    {
        var name = new Argument<string>("name") { Description = "The dataset." };
        return Verb("log", "All versions of a dataset, newest first.", [name], async (parse, catalog, ct) =>
        {
            var log = await catalog.LogAsync(parse.GetValue(name)!, ct);
            if (log.Count == 0) throw new UserError($"there is no dataset '{parse.GetValue(name)}'; 'amls dataset list' lists all");
            parse.GetValue(Output).Write([.. log.Select(VersionView.Of)], DataJson.Default.IReadOnlyListVersionView, DataTables.Log);
            return ExitCodes.Success;
        });
    }

    private static Command Diff()
    {
        var (from, to) = (Reference("from"), Reference("to"));
        return Verb("diff", "What differs between two versions: columns, files, and how many rows.", [from, to], async (parse, catalog, ct) =>
        {
            var diff = await DatasetDiff.OfAsync(
                await FindAsync(catalog, parse.GetValue(from)!, ct), await FindAsync(catalog, parse.GetValue(to)!, ct), ct);
            parse.GetValue(Output).Write(DiffView.Of(diff), DataJson.Default.DiffView, DataTables.Diff);
            return ExitCodes.Success;
        });
    }

    private static Command Tag()
    {
        var reference = Reference("reference");
        var tag = new Argument<string>("tag") { Description = "1 to 63 of a-z, 0-9, '_' and '-', not digits alone. One that exists moves." };
        return Verb("tag", "Gives a version a name.", [reference, tag], async (parse, catalog, ct) =>
        {
            var found = await FindAsync(catalog, parse.GetValue(reference)!, ct);
            await catalog.TagAsync(found.Version, parse.GetValue(tag)!, ct);
            parse.GetValue(Output).Write(
                await ViewAsync(catalog, found, ct), DataJson.Default.SnapshotView,
                view => new Text($"{view.Version.Dataset}@{parse.GetValue(tag)} is {found.Version}\n"));
            return ExitCodes.Success;
        });
    }

    private static Command Rejects()
    {
        var name = new Argument<string>("name") { Description = "The dataset whose records failed." };
        return Verb("rejects", "Records that could not be taken: where they came from, why, and what they are.", [name, Limit], async (parse, catalog, ct) =>
        {
            await FindAsync(catalog, parse.GetValue(name)!, ct);
            var rejects = await catalog.FindAsync(DatasetName.RejectsOf(parse.GetValue(name)!), ct);
            if (rejects is null) Console.Error.WriteLine($"nothing of '{parse.GetValue(name)}' was rejected");
            if (rejects is null && parse.GetValue(Output) == OutputFormat.Json) Console.WriteLine("[]");
            if (rejects is not null) await WriteRowsAsync(rejects, parse, ct);
            return ExitCodes.Success;
        });
    }

    private static Command Sample()
    {
        var reference = Reference("reference");
        return Verb("sample", "The first rows of a version.", [reference, Limit], async (parse, catalog, ct) =>
        {
            await WriteRowsAsync(await FindAsync(catalog, parse.GetValue(reference)!, ct), parse, ct);
            return ExitCodes.Success;
        });
    }

    private static Command Export()
    {
        var reference = Reference("reference");
        var to = new Option<string>("--to") { Description = "Folder for the Parquet files and manifest.json; made where it is missing.", Required = true };
        return Verb("export", "Copies a version's files, each checked against its hash.", [reference, to], async (parse, catalog, ct) =>
        {
            var found = await FindAsync(catalog, parse.GetValue(reference)!, ct);
            var view = await ViewAsync(catalog, found, ct);
            var exported = await DatasetExport.WriteAsync(found, view, Path.GetFullPath(parse.GetValue(to)!), ct);
            parse.GetValue(Output).Write(exported, DataJson.Default.ExportView, e => new Text(string.Create(
                CultureInfo.InvariantCulture, $"{e.Version}: {e.Rows:N0} rows in {e.Files:N0} files in {e.Folder}\n")));
            return ExitCodes.Success;
        });
    }

    private static Argument<string> Reference(string name) => new(name) { Description = $"{References}." };

    public static async Task<SnapshotView> ViewAsync(LakeCatalog catalog, DatasetSnapshot found, CancellationToken ct)
    {
        var log = await catalog.LogAsync(found.Version.Dataset, ct);
        return new SnapshotView(
            VersionView.Of(log.Single(row => row.Version == found.Version)), [.. found.Schema.Columns.Zip(found.ColumnIds, ColumnView.Of)], [.. found.Files.Select(FileView.Of)]);
    }

    private static async Task WriteRowsAsync(DatasetSnapshot version, ParseResult parse, CancellationToken ct)
    {
        var limit = parse.GetValue(Limit);
        if (limit < 1) throw new UserError($"--limit is {limit}; it must be at least 1");
        var rows = new List<object?[]>();
        await foreach (var batch in ParquetFileReader.ReadAsync(version, ct))
        {
            for (var i = 0; i < batch.Count && rows.Count < limit; i++) rows.Add([.. batch.Columns.Select(column => column.Value(i))]);
            if (rows.Count == limit) break;
        }

        if (parse.GetValue(Output) == OutputFormat.Json) Console.WriteLine(RowText.Json(version.Schema, rows));
        else Tables.Console.Write(DataTables.Rows(version.Schema, rows));
    }

    /// <summary>How the verb was asked to write.</summary>
    public static OutputFormat FormatOf(ParseResult parse) => parse.GetValue(Output);

    /// <summary>A verb over the catalog, which it opens.</summary>
    public static Command Verb(string name, string description, Symbol[] symbols, Func<ParseResult, LakeCatalog, CancellationToken, Task<int>> run)
    {
        var verb = new Command(name, description);
        verb.AddAll(symbols.Append(Output));
        Catalogs.AddTo(verb);
        verb.SetAction(async (parse, ct) =>
        {
            await using var catalog = await Catalogs.OpenAsync(parse, ct);
            return await run(parse, catalog, ct);
        });
        return verb;
    }
}
