namespace AkkaMLScheduler.Catalog;

/// <summary>The steps of the catalog's own tables. Never change one that was released; add the next.</summary>
internal static class CatalogMigrations
{
    public const string Component = "catalog";

    public static IReadOnlyList<Migration> All { get; } = [new(1, Component, DuckLakeAndVersions)];

    private static string DuckLakeAndVersions(CatalogProvider provider)
    {
        var postgres = provider == CatalogProvider.PostgreSql;
        var script = $"{DuckLakeTables.Script}\n{VersionTables.Script}"
            .Replace("{lake}", postgres ? "lake." : "", StringComparison.Ordinal)
            .Replace("{amls}", postgres ? "amls." : "", StringComparison.Ordinal)
            .Replace("{uuid}", postgres ? "UUID" : "VARCHAR", StringComparison.Ordinal)
            .Replace("{time}", postgres ? "TIMESTAMP WITH TIME ZONE" : "VARCHAR", StringComparison.Ordinal);
        return postgres ? "CREATE SCHEMA IF NOT EXISTS lake;\n" + script : script;
    }
}
