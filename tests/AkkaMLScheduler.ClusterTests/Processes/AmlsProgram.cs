namespace AkkaMLScheduler.ClusterTests.Processes;

/// <summary>The command line program of the same configuration as these tests.</summary>
internal static class AmlsProgram
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(System.IO.Path.Combine(root.FullName, "AkkaMLScheduler.sln"))) root = root.Parent!;
        return System.IO.Path.Combine(root.FullName, "src", "AkkaMLScheduler.Cli", "bin", configuration, "net10.0", "amls.dll");
    }
}
