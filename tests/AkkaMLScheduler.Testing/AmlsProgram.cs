namespace AkkaMLScheduler.Testing;

/// <summary>The command line program, to be started as a process.</summary>
public static class AmlsProgram
{
    /// <summary>
    /// Path of <c>amls.dll</c>: what <c>AMLS_PROGRAM</c> names, such as one that was published, or as it was built beside this program, in the
    /// configuration (Debug, Release) that is running.
    /// </summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("AMLS_PROGRAM") ?? Find("src", "AkkaMLScheduler.Cli", "amls.dll");

    /// <summary>What a project of this repository has built, in the configuration that is running.</summary>
    /// <param name="folder"><c>src</c> or <c>tests</c>.</param>
    public static string Find(string folder, string project, string file)
    {
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        return System.IO.Path.Combine(Repository.Root, folder, project, "bin", configuration, "net10.0", file);
    }
}
