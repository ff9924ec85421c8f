namespace AkkaMLScheduler.Catalog;

/// <summary>One numbered, forward-only step of a component's tables.</summary>
/// <param name="Number">Counts from 1 without gaps within its component.</param>
/// <param name="Component">Whose tables, e.g. <c>catalog</c>; up to 63 characters.</param>
/// <param name="Sql">The statements, for each provider. On SQLite there are no schemas: table names stand alone.</param>
public sealed record Migration(int Number, string Component, Func<CatalogProvider, string> Sql);
