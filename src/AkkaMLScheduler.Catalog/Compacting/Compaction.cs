namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Merges a dataset's small files into larger ones: a new version with the same rows in the same order. Files that are older than a
/// change of the schema are written anew too, so that programs that read them without the catalog find the columns by their names.
/// Ingestion may go on meanwhile; what it commits stays beside the merged files.
/// </summary>
public static class Compaction
{
    /// <summary>Size that merged files reach at most, unless one file is larger by itself.</summary>
    public const long DefaultTargetBytes = 128L << 20;

    // A row group is held in memory. As large as those of ingestion.
    private const int GroupRows = 100_000;

    /// <param name="catalog">Where.</param>
    /// <param name="dataset">Its name.</param>
    /// <param name="targetBytes">Files below half of it are merged up to it.</param>
    /// <param name="producer">Who does it, for the log.</param>
    /// <param name="ct">Stops it; nothing is committed then.</param>
    /// <exception cref="CatalogException">No such dataset, a file cannot be read, or the files or the schema changed meanwhile.</exception>
    public static async Task<CompactionReport> RunAsync(
        LakeCatalog catalog, string dataset, long targetBytes, string producer, CancellationToken ct = default)
    {
        var current = await catalog.FindAsync(dataset, ct).ConfigureAwait(false) ?? throw new CatalogException($"There is no dataset '{dataset}'.");
        var runs = Plan(current.Files, targetBytes);
        if (runs.Count == 0)
            return new CompactionReport(current.Version, 0, 0, 0, 0, 0);
        var merged = new List<DataFile>(runs.Count);
        foreach (var run in runs)
            merged.Add(await MergeAsync(catalog.Settings, current, run, ct).ConfigureAwait(false));
        var before = runs.SelectMany(run => run).ToList();
        var change = new DatasetChange(
            current.Version.Dataset, current.Layer, current.Schema, ChangeMode.Compact, merged, [current.Version], RecordCounts.None, producer)
        {
            Compacted = [.. before.Select(file => Path.GetFileName(file.Path))],
        };
        var result = await catalog.CommitAsync(new CommitRequest([change], []), ct).ConfigureAwait(false);
        return new CompactionReport(
            result.Versions[0], before.Count, merged.Count, merged.Sum(file => file.Rows), before.Sum(file => file.Bytes), merged.Sum(file => file.Bytes));
    }

    /// <summary>Which neighbours become one file each. Only neighbours, because rows keep their order.</summary>
    internal static IReadOnlyList<IReadOnlyList<SnapshotFile>> Plan(IReadOnlyList<SnapshotFile> files, long targetBytes)
    {
        var runs = new List<IReadOnlyList<SnapshotFile>>();
        var run = new List<SnapshotFile>();
        foreach (var file in files)
        {
            var isSmall = file.Bytes < targetBytes / 2 || file.OtherNames.Count > 0;
            if (!isSmall || run.Sum(other => other.Bytes) + file.Bytes > targetBytes)
                End();
            if (isSmall)
                run.Add(file);
        }

        End();
        return runs;

        void End()
        {
            if (run.Count > 1 || run.Exists(file => file.OtherNames.Count > 0))
                runs.Add([.. run]);
            run.Clear();
        }
    }

    private static async Task<DataFile> MergeAsync(CatalogSettings settings, DatasetSnapshot version, IReadOnlyList<SnapshotFile> files, CancellationToken ct)
    {
        await using var writer = await ParquetFileWriter.CreateAsync(settings, version.Version.Dataset, version.Schema, ct).ConfigureAwait(false);
        var group = new ColumnBatch(version.Schema);
        foreach (var file in files)
        {
            await foreach (var batch in ParquetFileReader.ReadAsync(file, version.Schema, ct).ConfigureAwait(false))
            {
                for (var row = 0; row < batch.Count; row++)
                {
                    for (var column = 0; column < batch.Columns.Count; column++)
                        group[column].AppendFrom(batch[column], row);
                    if (group.Count < GroupRows)
                        continue;
                    await writer.WriteAsync(group, ct).ConfigureAwait(false);
                    group.Clear();
                }
            }
        }

        await writer.WriteAsync(group, ct).ConfigureAwait(false);
        return await writer.CompleteAsync(ct).ConfigureAwait(false);
    }
}
