namespace AkkaMLScheduler.Catalog;

/// <summary>A file of a version.</summary>
/// <param name="Path">Absolute path on this machine.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hex.</param>
public sealed record SnapshotFile(string Path, long Rows, long Bytes, string Sha256);
