namespace AkkaMLScheduler.Testing;

/// <summary>The supplied data sets: the folder <c>shared/data</c> beside the repository.</summary>
public static class SharedData
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data"));

    /// <summary>The absolute path of a supplied file; skips the test (fails under AMLS_CI=1) when it is not there. Use in skippable tests.</summary>
    /// <param name="parts">E.g. <c>"articles", "articles_1000.train"</c>.</param>
    public static string Require(params string[] parts)
    {
        var path = Path.Combine([Root, .. parts]);
        Requires.That(File.Exists(path), $"The supplied file ../shared/data/{string.Join('/', parts)} is not there.");
        return path;
    }
}
