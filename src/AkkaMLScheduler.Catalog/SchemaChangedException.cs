namespace AkkaMLScheduler.Catalog;

/// <summary>A dataset's columns were changed while files for it were written. Nothing of the commit was stored; write them again with its columns of now.</summary>
public sealed class SchemaChangedException(string dataset)
    : CatalogException($"The columns of '{dataset}' were changed while it was written to. Nothing of what is not committed is kept; run again to go on with the new ones.");
