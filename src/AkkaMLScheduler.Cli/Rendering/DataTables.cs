using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts;
using Spectre.Console;
using Spectre.Console.Rendering;
using static AkkaMLScheduler.Cli.Rendering.Tables;

namespace AkkaMLScheduler.Cli.Rendering;

/// <summary>Datasets and what is done with them, for people.</summary>
internal static class DataTables
{
    public static IRenderable Ingestion(IngestionView view)
    {
        var table = New("Dataset", "Version", "Read", "Accepted", "Rejected", "Filtered", "Skipped", "Files", "Size", "Time", "Records/s");
        table.AddRow(
            Markup.Escape(view.Dataset), N(view.Version ?? 0), N(view.Read), N(view.Accepted), N(view.Rejected), N(view.Filtered), N(view.Skipped), N(view.Files),
            Quantity.Memory(view.Bytes), Seconds(view.Seconds), N((long)view.RowsPerSecond));
        return table;
    }

    public static IRenderable Log(IReadOnlyList<VersionView> log)
    {
        var table = New("Version", "Tags", "Created", "Mode", "State", "Rows", "Files", "Size", "Read", "Accepted", "Rejected", "Filtered", "Duplicates", "Made by", "From");
        foreach (var v in log)
        {
            table.AddRow(
                Markup.Escape($"{v.Dataset}@{v.Version}"), Markup.Escape(string.Join(", ", v.Tags)), Time(v.CreatedAt), v.Mode, v.State, N(v.Rows), N(v.Files),
                Quantity.Memory(v.Bytes), N(v.Read), N(v.Accepted), N(v.Rejected), N(v.Filtered), N(v.Duplicates), Markup.Escape(v.Producer),
                Markup.Escape(string.Join(", ", v.Parents)));
        }

        return table;
    }

    public static IRenderable Snapshot(SnapshotView view)
    {
        var v = view.Version;
        var facts = Facts(
            ("Version", $"{v.Dataset}@{v.Version}{(v.Tags.Count == 0 ? "" : $" ({string.Join(", ", v.Tags)})")}"), ("Layer", v.Layer),
            ("Created", $"{Time(v.CreatedAt)} by {v.Producer}"), ("From", string.Join(", ", v.Parents)),
            ("Content", v.ContentHash), ("Rows", $"{N(v.Rows)} in {N(v.Files)} files, {Quantity.Memory(v.Bytes)}"),
            ("Its commit", $"{N(v.Read)} read = {N(v.Accepted)} accepted + {N(v.Rejected)} rejected + {N(v.Filtered)} filtered + {N(v.Duplicates)} duplicates"));
        var columns = New("Id", "Column", "Type", "Nullable");
        foreach (var column in view.Columns) columns.AddRow(N(column.Id), Markup.Escape(column.Name), column.Type, column.Nullable ? "yes" : "no");
        return new Rows(facts, columns, Files(view.Files));
    }

    public static IRenderable Diff(DiffView view)
    {
        var facts = Facts(
            ("From, to", $"{view.From}, {view.To}"), ("Rows", $"{N(view.RowsAdded)} added, {N(view.RowsRemoved)} removed"),
            ("Columns", view.Schema.Count == 0 ? "the same" : string.Join("; ", view.Schema)),
            ("Files", $"{N(view.FilesAdded.Count)} added, {N(view.FilesRemoved.Count)} removed"));
        var files = New("", "File", "Rows", "Size", "SHA-256");
        foreach (var (mark, file) in view.FilesAdded.Select(f => ("+", f)).Concat(view.FilesRemoved.Select(f => ("-", f))))
            files.AddRow(mark, Markup.Escape(Path.GetFileName(file.Path)), N(file.Rows), Quantity.Memory(file.Bytes), file.Sha256);
        return files.Rows.Count == 0 ? facts : new Rows(facts, files);
    }

    public static IRenderable Compaction(CompactionView view) => new Text(
        view.FilesBefore == 0
            ? $"{view.Version}: no files to merge\n"
            : $"{view.Version}: {N(view.FilesBefore)} files, {Quantity.Memory(view.BytesBefore)}, became {N(view.FilesAfter)}, "
                + $"{Quantity.Memory(view.BytesAfter)}; {N(view.Rows)} rows\n");

    public static IRenderable Collection(CollectionView view)
    {
        var would = view.DryRun ? "would be " : "";
        return Facts(
            ("Expired", view.Expired.Count == 0 ? "none" : string.Join(", ", view.Expired)), ("Kept after all", string.Join(", ", view.Rescued)),
            ("Removed", view.Removed.Count == 0 ? "none" : string.Join(", ", view.Removed)),
            ("Files", $"{N(view.Files.Count)}, {Quantity.Memory(view.Bytes)}, {would}removed from the disk"));
    }

    public static IRenderable Lineage(LineageView view)
    {
        var table = New("Made from", "Version");
        foreach (var edge in view.Edges) table.AddRow(Mark(edge.Parent), Mark(edge.Child));
        return view.Edges.Count == 0 ? new Text($"{view.Version} was made from no other version, and none from it\n") : table;

        string Mark(string version) => version == view.Version ? $"[bold]{Markup.Escape(version)}[/]" : Markup.Escape(version);
    }

    public static IRenderable Rows(TableSchema schema, IReadOnlyList<object?[]> rows)
    {
        var table = New([.. schema.Columns.Select(column => Markup.Escape(column.Name))]);
        foreach (var row in rows) table.AddRow([.. row.Select(value => Markup.Escape(RowText.Cell(value)))]);
        return table;
    }

    private static Table Files(IReadOnlyList<FileView> files)
    {
        var table = New("File", "Rows", "Size", "SHA-256");
        foreach (var file in files) table.AddRow(Markup.Escape(file.Path), N(file.Rows), Quantity.Memory(file.Bytes), file.Sha256);
        return table;
    }

    private static Grid Facts(params (string Name, string Value)[] facts)
    {
        var grid = new Grid().AddColumn().AddColumn();
        foreach (var (name, value) in facts.Where(fact => fact.Value.Length > 0)) grid.AddRow(new Text(name), new Text(value));
        return grid;
    }
}
