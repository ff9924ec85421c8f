using System.CommandLine;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Ingestion;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>What changes a dataset's shape and not its rows: its columns, its files, and which of its versions are kept.</summary>
internal static class DatasetUpkeepVerbs
{
    private static readonly string Producer = $"amls dataset by {Environment.UserName}";

    public static IEnumerable<Command> Create() => [Alter(), Compact(), Collect()];

    private static Command Alter()
    {
        var name = new Argument<string>("name") { Description = "The dataset." };
        var rename = Edits("--rename", "FROM=TO: another name for a column.");
        var drop = Edits("--drop", "NAME: takes a column away.");
        var add = Edits("--add", $"NAME:TYPE: a new column, null in the rows that are there; {string.Join(", ", SchemaFile.TypeNames)}.");
        var widen = Edits("--widen", "NAME:int64: lets an int32 column hold more.");
        return DatasetVerbs.Verb(
            "alter", "Changes a dataset's columns as a new version, without touching its files.", [name, rename, drop, add, widen], async (parse, catalog, ct) =>
            {
                List<SchemaEdit> edits =
                [
                    .. parse.GetValue(rename)!.Select(text => Pair(text, '=', "--rename", "FROM=TO")).Select(p => new SchemaEdit.Rename(p.Left, p.Right)),
                    .. parse.GetValue(drop)!.Select(text => new SchemaEdit.Drop(text)),
                    .. parse.GetValue(add)!.Select(text => Typed(text, "--add")).Select(p => new SchemaEdit.Add(new Column(p.Name, p.Type))),
                    .. parse.GetValue(widen)!.Select(text => Typed(text, "--widen")).Select(p => new SchemaEdit.Widen(p.Name, p.Type)),
                ];
                if (edits.Count == 0) throw new UserError("nothing to change; give --rename, --drop, --add or --widen");
                await DatasetVerbs.FindAsync(catalog, parse.GetValue(name)!, ct);
                var version = await catalog.AlterAsync(parse.GetValue(name)!, edits, Producer, ct);
                var view = await DatasetVerbs.ViewAsync(catalog, await DatasetVerbs.FindAsync(catalog, version.ToString(), ct), ct);
                DatasetVerbs.FormatOf(parse).Write(view, DataJson.Default.SnapshotView, DataTables.Snapshot);
                return ExitCodes.Success;
            });
    }

    private static Command Compact()
    {
        var name = new Argument<string>("name") { Description = "The dataset." };
        var target = AmountOptions.Size("--target-size", "Files below half of it are merged up to it.", Compaction.DefaultTargetBytes);
        return DatasetVerbs.Verb(
            "compact", "Merges small files into larger ones: a new version with the same rows in the same order.", [name, target], async (parse, catalog, ct) =>
            {
                var bytes = parse.ReadSize(target);
                await DatasetVerbs.FindAsync(catalog, parse.GetValue(name)!, ct);
                var report = await Compaction.RunAsync(catalog, parse.GetValue(name)!, bytes, Producer, ct);
                DatasetVerbs.FormatOf(parse).Write(CompactionView.Of(report), DataJson.Default.CompactionView, DataTables.Compaction);
                return ExitCodes.Success;
            });
    }

    private static Command Collect()
    {
        var keep = AmountOptions.Duration("--keep-for", "Versions younger than this stay.", CollectionRules.Default.KeepFor);
        var grace = AmountOptions.Duration(
            "--grace", "How long a version can be read after it expired, and how old a file of no version must be to go. Longer than any file is written.",
            CollectionRules.Default.Grace);
        var dry = new Option<bool>("--dry-run") { Description = "Only says what would go." };
        return DatasetVerbs.Verb(
            "gc",
            "Lets old versions expire, and removes the files of those that expired longer than the grace ago. The newest version of each dataset, "
            + "versions with a tag and those that a job that has not ended reads stay.",
            [keep, grace, dry],
            async (parse, catalog, ct) =>
            {
                var rules = new CollectionRules(parse.ReadDuration(keep, TimeSpan.Zero), parse.ReadDuration(grace, TimeSpan.Zero));
                var used = await CatalogOptions.ReadByJobsAsync(catalog, ct);
                var report = await catalog.CollectAsync(rules, used, parse.GetValue(dry), ct);
                DatasetVerbs.FormatOf(parse).Write(CollectionView.Of(report, parse.GetValue(dry)), DataJson.Default.CollectionView, DataTables.Collection);
                return ExitCodes.Success;
            });
    }

    private static Option<string[]> Edits(string name, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => [] };

    private static (string Left, string Right) Pair(string text, char between, string option, string form) =>
        text.LastIndexOf(between) is > 0 and var at && at < text.Length - 1 ? (text[..at], text[(at + 1)..]) : throw new UserError($"{option} is '{text}'; it must be {form}");

    private static (string Name, ColumnType Type) Typed(string text, string option)
    {
        var (name, type) = Pair(text, ':', option, "NAME:TYPE");
        return SchemaFile.TryType(type, out var known)
            ? (name, known)
            : throw new UserError($"{option} has the type '{type}'; there are {string.Join(", ", SchemaFile.TypeNames)}");
    }
}
