namespace AkkaMLScheduler.Testing;

/// <summary>The checkout that the running test was built in.</summary>
public static class Repository
{
    /// <summary>Its folder, the one of <c>AkkaMLScheduler.sln</c>.</summary>
    public static string Root { get; } = Find();

    /// <summary>The Python programs of a page, in their order.</summary>
    /// <param name="page">Path within the repository.</param>
    public static IReadOnlyList<string> PythonExamples(string page) =>
        [.. File.ReadAllText(Path.Combine(Root, page)).Split("```python\n")[1..].Select(part => part.Split("```")[0])];

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AkkaMLScheduler.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not within the repository.");
        return folder.FullName;
    }
}
