namespace AkkaMLScheduler.Catalog;

/// <summary>Where a dataset's files are: <c>main/&lt;dataset&gt;/</c> below the data root, DuckLake's own layout.</summary>
internal static class LakePaths
{
    /// <summary>The one DuckLake schema that all datasets are in.</summary>
    public const string Schema = "main";

    public static string Folder(string dataset) => $"{Schema}/{dataset}/";
}
