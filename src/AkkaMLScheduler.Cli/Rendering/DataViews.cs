using System.Text.Json.Serialization;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion;

namespace AkkaMLScheduler.Cli.Rendering;

/// <summary>What one ingestion did.</summary>
/// <param name="Version">The dataset's newest version now; null while it has none.</param>
/// <param name="Skipped">Records that earlier runs had committed.</param>
/// <param name="Files">Parquet files committed.</param>
public sealed record IngestionView(
    string Dataset, long? Version, long Read, long Accepted, long Rejected, long Filtered, long Skipped, int Files, long Bytes, double Seconds,
    [property: JsonPropertyName("rows_per_s")] double RowsPerSecond)
{
    public static IngestionView Of(IngestionReport report) => new(
        report.Dataset, report.Version?.Version, report.Read, report.Accepted, report.Rejected, report.Filtered, report.Skipped, report.Files, report.Bytes,
        Math.Round(report.Elapsed.TotalSeconds, 3), report.Elapsed > TimeSpan.Zero ? Math.Round(report.Read / report.Elapsed.TotalSeconds, 1) : 0);
}

/// <summary>One version of a dataset.</summary>
/// <param name="Mode">What it did to the former version: append, replace, compact or alter.</param>
/// <param name="State">Whether it can be read: kept, expired or removed.</param>
/// <param name="Read">Records that its commit read.</param>
public sealed record VersionView(
    string Dataset, long Version, string Layer, string Mode, long Rows, int Files, long Bytes, string ContentHash, long Read, long Accepted, long Rejected,
    long Filtered, long Duplicates, string Producer, DateTimeOffset CreatedAt, long SnapshotId, string State, IReadOnlyList<string> Parents,
    IReadOnlyList<string> Tags)
{
    public static VersionView Of(DatasetVersionRow row) => new(
        row.Version.Dataset, row.Version.Version, Tables.Word<Layer>(row.Layer), Tables.Word<ChangeMode>(row.Mode), row.Rows, row.Files, row.Bytes, row.ContentHash, row.Counts.Read,
        row.Counts.Accepted, row.Counts.Rejected, row.Counts.Filtered, row.Counts.Duplicates, row.Producer, row.Created, row.SnapshotId, Tables.Word<VersionState>(row.State),
        [.. row.Parents.Select(parent => parent.ToString())], row.Tags);
}

/// <summary>One version with its columns and files.</summary>
public sealed record SnapshotView(VersionView Version, IReadOnlyList<ColumnView> Columns, IReadOnlyList<FileView> Files);

/// <param name="Id">Its id in the dataset, kept through another name or a wider type.</param>
public sealed record ColumnView(long Id, string Name, string Type, bool Nullable)
{
    public static ColumnView Of(Column column, long id) => new(id, column.Name, Tables.Word<ColumnType>(column.Type), column.Nullable);
}

/// <param name="Path">Absolute, on this machine.</param>
public sealed record FileView(string Path, long Rows, long Bytes, string Sha256)
{
    public static FileView Of(SnapshotFile file) => new(file.Path, file.Rows, file.Bytes, file.Sha256);
}

/// <param name="Schema">A line for each column that came (+), went (-) or changed (~).</param>
public sealed record DiffView(
    string From, string To, IReadOnlyList<string> Schema, IReadOnlyList<FileView> FilesAdded, IReadOnlyList<FileView> FilesRemoved, long RowsAdded, long RowsRemoved)
{
    public static DiffView Of(DatasetDiff diff) => new(
        diff.From.ToString(), diff.To.ToString(), diff.Schema, [.. diff.FilesAdded.Select(FileView.Of)], [.. diff.FilesRemoved.Select(FileView.Of)],
        diff.RowsAdded, diff.RowsRemoved);
}

/// <param name="Files">Written, with the manifest.</param>
public sealed record ExportView(string Version, string Folder, int Files, long Rows, long Bytes);

/// <param name="Version">The newest now.</param>
public sealed record CompactionView(string Version, int FilesBefore, int FilesAfter, long Rows, long BytesBefore, long BytesAfter)
{
    public static CompactionView Of(CompactionReport report) => new(
        report.Version.ToString(), report.FilesBefore, report.FilesAfter, report.Rows, report.BytesBefore, report.BytesAfter);
}

/// <param name="DryRun">Whether nothing was done.</param>
/// <param name="Expired">Versions whose files a later collection removes.</param>
/// <param name="Rescued">Versions that had expired and stay after all.</param>
/// <param name="Removed">Versions whose files are gone.</param>
public sealed record CollectionView(
    bool DryRun, IReadOnlyList<string> Expired, IReadOnlyList<string> Rescued, IReadOnlyList<string> Removed, IReadOnlyList<string> Files, long Bytes)
{
    public static CollectionView Of(CollectionReport report, bool dryRun) => new(
        dryRun, Names(report.Expired), Names(report.Rescued), Names(report.Removed), report.Files, report.Bytes);

    private static IReadOnlyList<string> Names(IReadOnlyList<DatasetVersion> versions) => [.. versions.Select(version => version.ToString())];
}

/// <summary>A version and all that it was made from, and all that was made from it.</summary>
public sealed record LineageView(string Version, IReadOnlyList<EdgeView> Edges);

/// <param name="Parent">What <paramref name="Child"/> was made from.</param>
public sealed record EdgeView(string Parent, string Child)
{
    public static EdgeView Of(LineageEdge edge) => new(edge.Parent.ToString(), edge.Child.ToString());
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(IngestionView))]
[JsonSerializable(typeof(IReadOnlyList<VersionView>))]
[JsonSerializable(typeof(SnapshotView))]
[JsonSerializable(typeof(DiffView))]
[JsonSerializable(typeof(ExportView))]
[JsonSerializable(typeof(LineageView))]
[JsonSerializable(typeof(CompactionView))]
[JsonSerializable(typeof(CollectionView))]
internal sealed partial class DataJson : JsonSerializerContext;
