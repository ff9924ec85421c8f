namespace AkkaMLScheduler.Catalog;

/// <summary>The steps of the catalog's own tables. Never change one that was released; add the next.</summary>
internal static class CatalogMigrations
{
    public const string Component = "catalog";

    public static IReadOnlyList<Migration> All { get; } =
    [
        new(1, Component, DuckLakeAndVersions),
        new(2, Component, provider => Script(provider, VersionTables.Collection)),
        new(3, Component, provider => Script(provider, VersionTables.WriterEpochs)),
    ];

    private static string DuckLakeAndVersions(CatalogProvider provider)
    {
        var script = Script(provider, $"{DuckLakeTables.Script}\n{VersionTables.Script}");
        return provider == CatalogProvider.PostgreSql ? "CREATE SCHEMA IF NOT EXISTS lake;\n" + script : script;
    }

    private static string Script(CatalogProvider provider, string script)
    {
        var postgres = provider == CatalogProvider.PostgreSql;
        return script
            .Replace("{lake}", postgres ? "lake." : "", StringComparison.Ordinal)
            .Replace("{amls}", postgres ? "amls." : "", StringComparison.Ordinal)
            .Replace("{uuid}", postgres ? "UUID" : "VARCHAR", StringComparison.Ordinal)
            .Replace("{time}", postgres ? "TIMESTAMP WITH TIME ZONE" : "VARCHAR", StringComparison.Ordinal);
    }
}
