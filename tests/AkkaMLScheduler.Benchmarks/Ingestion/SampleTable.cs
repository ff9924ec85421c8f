using System.Globalization;
using System.Text;
using System.Text.Json;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Benchmarks.Ingestion;

/// <summary>The benchmark's records as a CSV file of five columns; every eighth text is quoted, with a comma and a quote inside.</summary>
internal static class SampleTable
{
    public const string DuckDbColumns = "{id: 'VARCHAR', text: 'VARCHAR', words: 'BIGINT', score: 'DOUBLE', good: 'BOOLEAN'}";

    public static TableSchema Schema { get; } = new(
        new Column("id", ColumnType.String),
        new Column("text", ColumnType.String),
        new Column("words", ColumnType.Int64),
        new Column("score", ColumnType.Float64),
        new Column("good", ColumnType.Boolean));

    public static void Write(string path, IReadOnlyList<byte[]> records)
    {
        using var file = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
        file.WriteLine(string.Join(',', Schema.Columns.Select(column => column.Name)));
        for (var i = 0; i < records.Count; i++)
        {
            using var record = JsonDocument.Parse(records[i]);
            var text = record.RootElement.GetProperty("text").GetString()!;
            var words = text.Count(' '.Equals) + 1;
            if (i % 8 == 0) text = $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}, so to speak \"\"{i}\"\"\"";
            else if (text.AsSpan().ContainsAny(",\"")) text = $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{record.RootElement.GetProperty("id").GetString()},{text},{words},{i / 7.0:F4},{(i % 3 == 0 ? "true" : "false")}"));
        }
    }
}
