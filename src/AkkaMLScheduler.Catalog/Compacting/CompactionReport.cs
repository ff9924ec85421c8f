namespace AkkaMLScheduler.Catalog;

/// <summary>What a compaction did.</summary>
/// <param name="Version">The dataset's newest version now; the one that was there when nothing was to be done.</param>
/// <param name="FilesBefore">Files that were read.</param>
/// <param name="FilesAfter">Files in their place.</param>
/// <param name="Rows">Rows in them.</param>
/// <param name="BytesBefore">Size of the files that were read.</param>
/// <param name="BytesAfter">Size of those in their place.</param>
public sealed record CompactionReport(DatasetVersion Version, int FilesBefore, int FilesAfter, long Rows, long BytesBefore, long BytesAfter);
