using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;
using AkkaMLScheduler.Ingestion.Files;

namespace AkkaMLScheduler.Ingestion;

/// <summary>What an ingestion writes, and by which rules.</summary>
/// <param name="Dataset">Name of the raw dataset. Rejects go to <c>name__rejected</c>.</param>
public sealed record IngestionSettings(string Dataset)
{
    /// <summary>The user's columns. Null takes those of the dataset, or infers them from the first file when there is no dataset yet.</summary>
    public TableSchema? Schema { get; init; }

    /// <summary>Which fields the columns of <see cref="Schema"/> take. Null: each the field of its own name.</summary>
    public FieldMap? Fields { get; init; }

    /// <summary>Format of every file; null detects each one's.</summary>
    public FileFormat? Format { get; init; }

    public CsvHeader CsvHeader { get; init; } = CsvHeader.Detect;

    /// <summary>An ASCII character.</summary>
    public char CsvDelimiter { get; init; } = ',';

    /// <summary>CSV fields that mean null, in every column, quoted or not.</summary>
    public IReadOnlyList<string> NullTokens { get; init; } = ["", "NA"];

    /// <summary>Bytes of the longest record that is accepted; longer ones are rejected.</summary>
    public int MaxRecordBytes { get; init; } = 1024 * 1024;

    /// <summary>How many times its size a compressed file may unpack to, beyond the first 64 MiB; one that passes this is refused as a bomb.</summary>
    public int MaxInflation { get; init; } = 250;

    public Rotation Rotation { get; init; } = Rotation.Default;

    /// <summary>Name in the catalog's log.</summary>
    public string Producer { get; init; } = "ingestion";

    /// <summary>Told the totals of this run after each commit.</summary>
    public IProgress<IngestionReport>? Progress { get; init; }

    /// <summary>Clock of <see cref="Rotation.Age"/> and of the report.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal string Rejects => DatasetName.RejectsOf(Dataset);

    /// <exception cref="IngestionException">A setting is out of range.</exception>
    internal void Validate()
    {
        DatasetName.Validate(Rejects);
        if (Fields is not null && Fields.From.Count != Schema?.Columns.Count)
            throw new IngestionException("Fields are mapped to columns, but the columns are not given.");
        if (!char.IsAscii(CsvDelimiter) || CsvDelimiter is '"' or '\r' or '\n')
            throw new IngestionException("The CSV delimiter must be an ASCII character other than a quote or a line end.");
        if (MaxRecordBytes is < 1 or > 512 * 1024 * 1024)
            throw new IngestionException($"The record limit is {MaxRecordBytes} bytes; 1 byte to 512 MiB are possible.");
        if (MaxInflation < 1)
            throw new IngestionException($"The limit of unpacking is {MaxInflation} times; at least 1 is possible.");
    }
}
