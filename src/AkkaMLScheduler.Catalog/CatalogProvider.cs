namespace AkkaMLScheduler.Catalog;

/// <summary>The databases that can hold the catalog. Both run through the same code.</summary>
public enum CatalogProvider
{
    /// <summary>One file on this machine, write-ahead log, full sync: the embedded default.</summary>
    Sqlite,

    /// <summary>PostgreSQL 12 or newer, for several nodes.</summary>
    PostgreSql,
}
