using AkkaMLScheduler.Catalog.Tables;
using LinqToDB;
using LinqToDB.Data;

namespace AkkaMLScheduler.Catalog;

/// <summary>A file that a snapshot sees.</summary>
internal sealed record LiveFile(string Path, long Rows, long Bytes, string Sha256, long? MappingId);

/// <summary>The specification's own query: begun at or before the snapshot, not ended at it.</summary>
internal static class LiveFiles
{
    /// <summary>In the order of commit, which is the order of the ids.</summary>
    public static IQueryable<LiveFile> AsOf(DataConnection connection, long tableId, long snapshotId) =>
        from file in connection.GetTable<DataFileRow>()
        join digest in connection.GetTable<FileDigestRow>() on file.DataFileId equals digest.DataFileId
        where file.TableId == tableId && file.BeginSnapshot <= snapshotId
            && (file.EndSnapshot == null || file.EndSnapshot > snapshotId)
        orderby file.DataFileId
        select new LiveFile(digest.Path, file.RecordCount, file.FileSizeBytes, digest.Sha256, file.MappingId);
}
