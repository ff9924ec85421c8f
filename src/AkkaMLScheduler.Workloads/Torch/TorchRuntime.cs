using TorchSharp;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>The native library behind TorchSharp, loaded once per process when the first task needs it.</summary>
internal static class TorchRuntime
{
    private static readonly Lazy<string?> Problem = new(Load);

    /// <summary>
    /// Makes libtorch ready for the calling thread, with one thread of its own: a task gets what it was placed for, and sums in one
    /// order. Throws <see cref="WorkloadException"/> when the library is absent or does not load.
    /// </summary>
    public static void Prepare()
    {
        if (Problem.Value is { } problem)
            throw new WorkloadException(problem);
        // OpenMP keeps the number per calling thread, so each task's thread sets it.
        torch.set_num_threads(1);
    }

    /// <summary>What to tell the user when loading failed with this.</summary>
    public static string Explain(Exception error)
    {
        var cause = error;
        while (cause.InnerException is { } inner)
            cause = inner;
        var package = OperatingSystem.IsWindows() ? "libtorch-cpu-win-x64" : OperatingSystem.IsMacOS() ? "libtorch-cpu-osx-arm64" : "libtorch-cpu-linux-x64";
        return $"the torch workload needs the native libraries libtorch and LibTorchSharp, which could not be loaded ({FirstLine(cause)}). "
            + $"Run it in a program built with build/Torch.props, which brings the package {package}; "
            + "on Linux, 'ldd runtimes/linux-x64/native/libLibTorchSharp.so' beside the program shows what is missing.";
    }

    private static string? Load()
    {
        try
        {
            // The first touch of any tensor loads the libraries; the sum proves that they work.
            using var ones = torch.ones(2);
            using var sum = ones.sum();
            return sum.item<float>() == 2 ? null : "libtorch is loaded but does not add up";
        }
        catch (Exception error)
        {
            // TorchSharp throws TypeInitializationException, NotSupportedException or DllNotFoundException, by what is missing.
            return Explain(error);
        }
    }

    private static string FirstLine(Exception error)
    {
        var line = error.Message.Split('\n')[0].Trim();
        return line.Length > 0 ? line : error.GetType().Name;
    }
}
