using System.Runtime.InteropServices;
using TorchSharp;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>The native libraries behind TorchSharp, loaded once per process when the first task needs them.</summary>
internal static class TorchRuntime
{
    private static readonly Lazy<string?> Problem = new(Load);

    /// <summary>
    /// Makes libtorch ready for the calling thread, with as many threads as told, and not as many as the machine has cores: a task gets
    /// what it was placed for, and sums in one order. Throws <see cref="WorkloadException"/> when the library is absent or does not load.
    /// </summary>
    public static void Prepare(int threads)
    {
        if (Problem.Value is { } problem)
            throw new WorkloadException(problem);
        // OpenMP keeps the number per calling thread, so each task's thread sets it.
        torch.set_num_threads(threads);
    }

    /// <summary>The first of these folders that holds both native libraries, or null.</summary>
    public static string? Find(IEnumerable<string> folders)
        => folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, FileName("torch_cpu")))
            && File.Exists(Path.Combine(folder, FileName("LibTorchSharp"))));

    /// <summary>What to tell the user when the libraries are absent.</summary>
    public static string Absent(IEnumerable<string> folders)
        => $"the torch workload needs {FileName("torch_cpu")} beside {FileName("LibTorchSharp")}, "
            + $"and none of {string.Join(", ", folders)} has both. "
            + $"Run it in a program that imports build/Torch.props, which brings the package {Package}";

    /// <summary>What to tell the user when the libraries are there and do not load.</summary>
    public static string Unloadable(string folder, Exception error)
    {
        var cause = error;
        while (cause.InnerException is { } inner)
            cause = inner;
        // The loader's own words come last.
        var words = cause.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return $"the native libraries of the torch workload in {folder} do not load: {words.LastOrDefault() ?? cause.GetType().Name}. "
            + "Build the program on this machine with build/Torch.props, or install what is missing";
    }

    private static string Rid
        => OperatingSystem.IsWindows() ? "win-x64" : OperatingSystem.IsMacOS() ? "osx-arm64" : "linux-x64";

    private static string Package => $"libtorch-cpu-{Rid}";

    private static string FileName(string library)
        => OperatingSystem.IsWindows() ? library + ".dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static string? Load()
    {
        // TorchSharp left to itself would, when nothing is beside the program, copy 480 MB there from the package cache.
        string[] folders = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", Rid, "native")];
        if (Find(folders) is not { } folder)
            return Absent(folders);
        try
        {
            NativeLibrary.Load(Path.Combine(folder, FileName("LibTorchSharp")));
            using var ones = torch.ones(2);
            using var sum = ones.sum();
            return sum.item<float>() == 2 ? null : $"libtorch in {folder} is loaded but does not add up";
        }
        catch (Exception error)
        {
            // The loader throws DllNotFoundException; TorchSharp TypeInitializationException or NotSupportedException, by what is wrong.
            return Unloadable(folder, error);
        }
    }
}
