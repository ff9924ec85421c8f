namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>How a file is packed; found by its first bytes.</summary>
public enum FileCompression
{
    None,
    Gzip,
    Zstd,
}
