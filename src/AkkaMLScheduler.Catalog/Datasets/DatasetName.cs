using System.Text.RegularExpressions;

namespace AkkaMLScheduler.Catalog;

/// <summary>The rule for names: they become folders and table names, so only <c>[a-z0-9_-]</c>, 1 to 63 characters.</summary>
public static partial class DatasetName
{
    private const string RejectsSuffix = "__rejected";

    /// <summary>The dataset that keeps the records of <paramref name="dataset"/> that failed.</summary>
    public static string RejectsOf(string dataset) => dataset + RejectsSuffix;

    public static bool IsValid(string name) => Pattern().IsMatch(name);

    /// <exception cref="CatalogException">The name breaks the rule.</exception>
    public static void Validate(string name)
    {
        if (!IsValid(name))
            throw new CatalogException($"'{name}' is no dataset name: use 1 to 63 of the characters a-z, 0-9, '_' and '-'.");
    }

    [GeneratedRegex(@"\A[a-z0-9_-]{1,63}\z")]
    private static partial Regex Pattern();
}
