namespace AkkaMLScheduler.Simulator.Tests;

/// <summary>Real traces that are not part of the repository. Without them a test is skipped; where everything must run, it fails.</summary>
internal static class SharedData
{
    public static string Path(string relative)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "AkkaMLScheduler.sln"))) folder = folder.Parent;
        Assert.True(folder is not null, "the tests do not run from inside the repository");
        var path = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder.FullName, "..", "shared", "data", relative));
        var missing = !File.Exists(path);
        Assert.False(missing && Environment.GetEnvironmentVariable("AMLS_CI") == "1", $"{path} is missing");
        Skip.If(missing, $"{path} is missing");
        return path;
    }
}
