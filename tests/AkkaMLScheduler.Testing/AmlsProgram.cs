namespace AkkaMLScheduler.Testing;

/// <summary>The command line program as it was built beside this one, to be started as a process.</summary>
public static class AmlsProgram
{
    /// <summary>Path of <c>amls.dll</c>, of the configuration (Debug, Release) that is running.</summary>
    public static string Path { get; } = Find("src", "AkkaMLScheduler.Cli", "amls.dll");

    /// <summary>What a project of this repository has built, in the configuration that is running.</summary>
    /// <param name="folder"><c>src</c> or <c>tests</c>.</param>
    public static string Find(string folder, string project, string file)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(root.FullName, "AkkaMLScheduler.sln"))) root = root.Parent!;
        return System.IO.Path.Combine(root.FullName, folder, project, "bin", configuration, "net10.0", file);
    }
}
