using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>The beginning of a file: its CSV header, and the schema it suggests.</summary>
/// <param name="FieldNames">CSV fields; empty for other formats and for an empty file.</param>
/// <param name="HasHeader">Whether the first CSV record names them.</param>
/// <param name="Schema">Inferred columns.</param>
internal sealed record FileSample(IReadOnlyList<string> FieldNames, bool HasHeader, TableSchema Schema)
{
    private const int SampleRecords = 10_000;
    private const int SampleBytes = 8 * 1024 * 1024;

    public static async Task<FileSample> TakeAsync(InputFile file, IngestionSettings settings, CancellationToken ct)
    {
        if (file.Format == FileFormat.Text)
            return new FileSample([], false, RecordSchemas.Text);
        var records = await FirstRecordsAsync(file, settings, ct).ConfigureAwait(false);
        if (records.Count == 0)
            return new FileSample([], false, RecordSchemas.Text);
        if (file.Format is FileFormat.JsonLines or FileFormat.JsonArray)
        {
            var found = SchemaInference.FromJson(records);
            return new FileSample([], false, found.Columns.Count > 0 ? found : RecordSchemas.Text);
        }

        var rows = records.Select(record => CsvDecoder.ParseRow(record.Span, settings.CsvDelimiter)).OfType<string[]>().ToList();
        if (rows.Count == 0)
            throw new IngestionException($"File '{file.Path}' has no well-formed CSV row at its start.");
        var hasHeader = settings.CsvHeader switch
        {
            CsvHeader.Present => true,
            CsvHeader.Absent => false,
            _ => LooksLikeHeader(rows[0], settings.NullTokens),
        };
        var names = hasHeader ? rows[0] : [.. Enumerable.Range(1, rows[0].Length).Select(number => $"column{number}")];
        return new FileSample(names, hasHeader, SchemaInference.FromRows(names, hasHeader ? rows.Skip(1) : rows, [.. settings.NullTokens]));
    }

    private static async Task<List<ReadOnlyMemory<byte>>> FirstRecordsAsync(InputFile file, IngestionSettings settings, CancellationToken ct)
    {
        await using var stream = InputFile.Open(file.Path);
        var framer = file.Framer(stream, settings);
        var sample = new List<ReadOnlyMemory<byte>>();
        var bytes = 0L;
        while (sample.Count < SampleRecords && bytes < SampleBytes && await framer.ReadAsync(ct).ConfigureAwait(false) is { } records)
        {
            foreach (var record in records.Where(record => record.Fault is null && !record.Bytes.IsEmpty))
            {
                sample.Add(record.Bytes);
                bytes += record.Bytes.Length;
            }
        }

        return sample;
    }

    private static bool LooksLikeHeader(string[] fields, IReadOnlyCollection<string> nulls)
        => fields.All(field => !string.IsNullOrWhiteSpace(field) && !nulls.Contains(field) && !SchemaInference.IsValue(field))
            && fields.Distinct(StringComparer.OrdinalIgnoreCase).Count() == fields.Length;
}
