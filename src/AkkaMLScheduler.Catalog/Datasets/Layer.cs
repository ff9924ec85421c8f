namespace AkkaMLScheduler.Catalog;

/// <summary>How far a dataset is from its source. Stored in lower case.</summary>
public enum Layer
{
    /// <summary>As it came in, typed.</summary>
    Raw,

    /// <summary>Cleaned, deduplicated, schema enforced.</summary>
    Processed,

    /// <summary>Ready for training: tokens.</summary>
    Curated,

    /// <summary>Records that failed, with the reason.</summary>
    Rejects,
}
