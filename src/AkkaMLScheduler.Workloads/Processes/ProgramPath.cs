using System.Runtime.Versioning;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>Where a program lies, as a shell would find it: by PATH when its name has no slash.</summary>
[SupportedOSPlatform("linux")]
internal static class ProgramPath
{
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";

    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <exception cref="WorkloadException">There is none.</exception>
    public static string Find(string name, string? path, string folder)
    {
        if (name.Contains('/')) return Path.GetFullPath(name, folder);
        path ??= DefaultPath;
        return path.Split(':').Select(place => Path.Combine(Path.GetFullPath(place.Length == 0 ? "." : place, folder), name)).FirstOrDefault(IsProgram)
            ?? throw new WorkloadException($"there is no program '{name}' in PATH, which is {path}");
    }

    private static bool IsProgram(string file) => File.Exists(file) && (File.GetUnixFileMode(file) & AnyExecute) != 0;
}
