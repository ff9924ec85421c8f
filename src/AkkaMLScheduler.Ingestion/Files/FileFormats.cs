namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>The formats as users call them.</summary>
public static class FileFormats
{
    public static IReadOnlyDictionary<string, FileFormat> ByName { get; } = new Dictionary<string, FileFormat>(StringComparer.Ordinal)
    {
        ["csv"] = FileFormat.Csv,
        ["jsonl"] = FileFormat.JsonLines,
        ["json"] = FileFormat.JsonArray,
        ["text"] = FileFormat.Text,
    };
}
