namespace AkkaMLScheduler.Catalog;

/// <summary>Whether a version can be read.</summary>
public enum VersionState
{
    /// <summary>It can.</summary>
    Kept,

    /// <summary>It still can, but its files go when the grace of the collection that expired it has passed; a tag keeps it.</summary>
    Expired,

    /// <summary>Its files are gone; only its line in the log is left.</summary>
    Removed,
}
