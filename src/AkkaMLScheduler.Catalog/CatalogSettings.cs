using Microsoft.Data.Sqlite;

namespace AkkaMLScheduler.Catalog;

/// <summary>Where the catalog and its files are.</summary>
/// <param name="Provider">The database.</param>
/// <param name="ConnectionString">ADO.NET connection string of that database.</param>
/// <param name="DataRoot">Folder of the Parquet files; made when missing. All paths in the catalog are relative to it.</param>
public sealed record CatalogSettings(CatalogProvider Provider, string ConnectionString, string DataRoot)
{
    /// <summary>The embedded catalog's database within the data folder.</summary>
    public const string EmbeddedFile = "catalog.db";

    /// <summary>The embedded catalog: <see cref="EmbeddedFile"/> and the folder <c>lake</c> inside <paramref name="dataDirectory"/>.</summary>
    public static CatalogSettings Embedded(string dataDirectory)
    {
        var connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataDirectory, EmbeddedFile) };
        return new CatalogSettings(CatalogProvider.Sqlite, connection.ToString(), Path.Combine(dataDirectory, "lake"));
    }

    /// <summary>A catalog in PostgreSQL whose files are in the folder <c>lake</c> inside <paramref name="dataDirectory"/>.</summary>
    public static CatalogSettings PostgreSql(string connectionString, string dataDirectory) =>
        new(CatalogProvider.PostgreSql, connectionString, Path.Combine(dataDirectory, "lake"));

    /// <summary>The absolute path of <paramref name="relativePath"/>, which is relative to <see cref="DataRoot"/> and uses forward slashes.</summary>
    public string Absolute(string relativePath) => Path.GetFullPath(Path.Combine(DataRoot, relativePath));

    /// <summary>Without the connection string, which may hold a password.</summary>
    public override string ToString() => $"{Provider} catalog, files in {DataRoot}";
}
