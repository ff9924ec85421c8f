using System.Text.Unicode;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Ingestion.Decoding;

namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>The beginning of a file: its CSV header, and the schema it suggests.</summary>
/// <param name="FieldNames">CSV fields; empty for other formats and for an empty file.</param>
/// <param name="HasHeader">Whether the first CSV record names them.</param>
/// <param name="Infer">Looks at the sample's values, which it keeps, for the columns; where a schema is known there is no need to.</param>
internal sealed record FileSample(IReadOnlyList<string> FieldNames, bool HasHeader, Func<TableSchema> Infer)
{
    private const int SampleRecords = 10_000;
    private const int SampleBytes = 8 * 1024 * 1024;

    public static async Task<FileSample> TakeAsync(InputFile file, IngestionSettings settings, CancellationToken ct)
    {
        if (file.Format == FileFormat.Text)
            return new FileSample([], false, () => RecordSchemas.Text);
        var records = await FirstRecordsAsync(file, settings, ct).ConfigureAwait(false);
        if (file.Format is FileFormat.JsonLines or FileFormat.JsonArray)
        {
            return new FileSample([], false, () =>
            {
                var found = SchemaInference.FromJson(records.Where(IsSound).Select(record => record.Bytes));
                return found.Columns.Count > 0 ? found : RecordSchemas.Text;
            });
        }

        if (records.Count == 0)
            return new FileSample([], false, () => RecordSchemas.Text);
        if (settings.CsvHeader != CsvHeader.Absent && WhyNoHeader(records[0], settings.CsvDelimiter) is { } why)
        {
            throw new IngestionException(
                $"File '{file.Path}', line {records[0].Line}: its first row, which may be its header, cannot be read. {why} Mend it and try again.");
        }

        var rows = records.Where(IsSound).Select(record => CsvDecoder.ParseRow(record.Bytes.Span, settings.CsvDelimiter, out _)).OfType<string[]>();
        if (rows.FirstOrDefault() is not { } first)
            throw new IngestionException($"File '{file.Path}' has no well-formed CSV row at its start.");
        var hasHeader = settings.CsvHeader switch
        {
            CsvHeader.Present => true,
            CsvHeader.Absent => false,
            _ => LooksLikeHeader(first, settings.NullTokens),
        };
        var names = hasHeader ? first : [.. Enumerable.Range(1, first.Length).Select(number => $"column{number}")];
        return new FileSample(names, hasHeader, () => SchemaInference.FromRows(names, hasHeader ? rows.Skip(1) : rows, [.. settings.NullTokens]));
    }

    /// <summary>The first records that are not empty: faulty ones too, since the first of a CSV file may be its header.</summary>
    internal static async Task<List<SourceRecord>> FirstRecordsAsync(InputFile file, IngestionSettings settings, CancellationToken ct)
    {
        await using var stream = InputFile.Open(file.Path);
        var framer = file.Framer(stream, settings);
        var sample = new List<SourceRecord>();
        var bytes = 0L;
        while (sample.Count < SampleRecords && bytes < SampleBytes && await framer.ReadAsync(ct).ConfigureAwait(false) is { } records)
        {
            foreach (var record in records.Where(record => record.Fault is not null || !record.Bytes.IsEmpty))
            {
                // A copy, since a record may be a few bytes of a block of megabytes.
                sample.Add(record with { Bytes = record.Bytes.ToArray() });
                bytes += record.Bytes.Length;
            }
        }

        return sample;
    }

    private static bool IsSound(SourceRecord record)
        => record.Fault is null && Utf8.IsValid(record.Bytes.Span) && !record.Bytes.Span.Contains((byte)0);

    private static string? WhyNoHeader(SourceRecord first, char delimiter)
    {
        if (first.Fault is { } fault)
            return fault.Message;
        if (!IsSound(first))
            return "It is not text (UTF-8).";
        CsvDecoder.ParseRow(first.Bytes.Span, delimiter, out var broken);
        return broken;
    }

    private static bool LooksLikeHeader(string[] fields, IReadOnlyCollection<string> nulls)
        => fields.All(field => SchemaInference.CanName(field) && !nulls.Contains(field) && !SchemaInference.IsValue(field))
            && fields.Distinct(StringComparer.OrdinalIgnoreCase).Count() == fields.Length;
}
