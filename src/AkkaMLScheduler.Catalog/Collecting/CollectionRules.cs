namespace AkkaMLScheduler.Catalog;

/// <summary>Which versions garbage collection lets go. The newest of each dataset, those with a tag and those in use always stay.</summary>
/// <param name="KeepFor">Versions younger than this stay.</param>
/// <param name="Grace">How long a version can still be read after it was let go, and how old a file without a version must be to be removed.</param>
public sealed record CollectionRules(TimeSpan KeepFor, TimeSpan Grace)
{
    /// <summary>A week, and an hour.</summary>
    public static CollectionRules Default { get; } = new(TimeSpan.FromDays(7), TimeSpan.FromHours(1));
}
