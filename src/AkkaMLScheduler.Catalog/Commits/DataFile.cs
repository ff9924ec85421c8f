namespace AkkaMLScheduler.Catalog;

/// <summary>A finished Parquet file that no commit has taken yet. Made by <see cref="ParquetFileWriter"/>.</summary>
/// <param name="Path">Relative to <see cref="CatalogSettings.DataRoot"/>, with forward slashes.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hex.</param>
public sealed record DataFile(string Path, long Rows, long Bytes, string Sha256)
{
    /// <summary>Size of the Parquet footer; readers fetch it in one go.</summary>
    public long FooterBytes { get; init; }

    /// <summary>Per column, in schema order; empty when unknown.</summary>
    public IReadOnlyList<ColumnStatistics> Statistics { get; init; } = [];

    /// <summary>The file as a reader of the lake sees it.</summary>
    public SnapshotFile In(CatalogSettings lake) => new(lake.Absolute(Path), Rows, Bytes, Sha256);
}
