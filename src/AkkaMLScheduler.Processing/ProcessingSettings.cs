using System.Security.Cryptography;
using System.Text.Json;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Processing;

/// <summary>What to process, into what, by which rules.</summary>
/// <param name="RawDataset">The raw dataset: <c>name</c> for its latest version, <c>name@3</c> or <c>name@tag</c>.</param>
/// <param name="ProcessedDataset">Name of the cleaned dataset.</param>
/// <param name="CuratedDataset">Name of the tokenised dataset.</param>
public sealed record ProcessingSettings(string RawDataset, string ProcessedDataset, string CuratedDataset)
{
    /// <summary>Changes whenever the rules change, so that a newer program does not take older output for its own.</summary>
    private const int RulesVersion = 1;

    /// <summary>
    /// The String column that holds a document. A raw dataset with it is a text dataset: blank texts are filtered and equal texts are
    /// duplicates. One without it is tabular: whole rows count.
    /// </summary>
    public string TextColumn { get; init; } = "text";

    /// <summary>The column that names a document; rows without a name are called <c>source:offset</c>.</summary>
    public string IdColumn { get; init; } = "id";

    /// <summary>
    /// The schema to enforce, without the columns that begin with an underscore; null takes the raw dataset's own. A row that lacks a
    /// required column or holds a value that cannot become the column's type is rejected.
    /// </summary>
    public TableSchema? Schema { get; init; }

    /// <summary>
    /// Most distinct records; each costs about 40 bytes of memory while the pipeline runs, so this default stays below 1 GiB.
    /// More end the run with an error instead of exhausting the machine.
    /// </summary>
    public int MaxDistinctRecords { get; init; } = 20_000_000;

    /// <summary>Most memory that sorting the raw rows may take; beyond it DuckDB spills to a temporary folder.</summary>
    public int SortMemoryMiB { get; init; } = 256;

    /// <summary>Names the rules in a version's producer: same raw version and same text, same result.</summary>
    internal string Producer()
    {
        var rules = JsonSerializer.SerializeToUtf8Bytes(new[] { TextColumn, IdColumn, Schema?.ToString() ?? "" });
        return $"processing/{RulesVersion} {Convert.ToHexStringLower(SHA256.HashData(rules))[..12]}";
    }
}
