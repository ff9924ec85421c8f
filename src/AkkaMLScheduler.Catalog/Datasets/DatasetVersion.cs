using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AkkaMLScheduler.Catalog;

/// <summary>One immutable version of a dataset, written <c>name@3</c>. Versions count from 1 without gaps.</summary>
public sealed record DatasetVersion(string Dataset, long Version)
{
    /// <summary>
    /// Stands for "the version of <paramref name="dataset"/> that an earlier change of this same commit makes": a parent whose
    /// number is only known inside the commit.
    /// </summary>
    public static DatasetVersion InThisCommit(string dataset) => new(dataset, 0);

    /// <summary>Whether this is <see cref="InThisCommit"/>.</summary>
    public bool IsInThisCommit => Version == 0;

    /// <exception cref="FormatException">Not of the form <c>name@number</c>.</exception>
    public static DatasetVersion Parse(string text) =>
        TryParse(text, out var version) ? version : throw new FormatException($"'{text}' is not of the form name@version, e.g. articles@3.");

    public static bool TryParse(string text, [NotNullWhen(true)] out DatasetVersion? version)
    {
        version = null;
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0 || !DatasetName.IsValid(text[..at])
            || !long.TryParse(text.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            return false;
        version = new DatasetVersion(text[..at], number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Dataset}@{Version}");
}
