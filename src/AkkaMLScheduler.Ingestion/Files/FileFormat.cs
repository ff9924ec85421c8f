namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>How the records of a file or topic are written.</summary>
public enum FileFormat
{
    /// <summary>RFC 4180: quoted fields may hold delimiters, doubled quotes and line ends.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>One array of objects, or objects one after another, on as many lines as they like.</summary>
    JsonArray,

    /// <summary>One document a line.</summary>
    Text,
}
