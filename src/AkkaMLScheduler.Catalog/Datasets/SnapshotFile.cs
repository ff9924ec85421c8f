using System.Collections.ObjectModel;

namespace AkkaMLScheduler.Catalog;

/// <summary>A file of a version.</summary>
/// <param name="Path">Absolute path on this machine.</param>
/// <param name="Rows">Rows in it.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hex.</param>
public sealed record SnapshotFile(string Path, long Rows, long Bytes, string Sha256)
{
    /// <summary>
    /// Columns of the version that have another name in this file, which is older than a change of the schema; null where the file has
    /// a column of that name which is another one.
    /// </summary>
    public IReadOnlyDictionary<string, string?> OtherNames { get; init; } = ReadOnlyDictionary<string, string?>.Empty;

    /// <summary>What a column is called in this file; null where the file lacks it.</summary>
    public string? NameOf(Column column) => OtherNames.TryGetValue(column.Name, out var name) ? name : column.Name;
}
