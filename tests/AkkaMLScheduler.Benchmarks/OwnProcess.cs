using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Benchmarks;

/// <summary>Runs whole processes, one after another, and times them from start to exit.</summary>
internal static class OwnProcess
{
    private const int LinesQuoted = 20;

    /// <summary>How a process went. The output holds both streams.</summary>
    public readonly record struct Outcome(int ExitCode, TimeSpan Wall, string Output)
    {
        /// <summary>The end of what it wrote.</summary>
        public string LastLines => string.Join('\n', Output.TrimEnd().Split('\n').TakeLast(LinesQuoted));
    }

    /// <summary>This program again, with other arguments.</summary>
    public static Outcome Again(params string[] arguments) => Run(AgainWith(arguments));

    /// <summary>How this program is started with other arguments.</summary>
    public static ProcessStartInfo AgainWith(params string[] arguments)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("This process does not know its own program.");
        var start = new ProcessStartInfo(program);
        // Run as `dotnet X.dll`, the program is the host and the assembly its first argument.
        if (Path.GetFileNameWithoutExtension(program) == "dotnet") start.ArgumentList.Add(typeof(OwnProcess).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>A command line, as the shell takes it.</summary>
    public static Outcome Shell(string command)
    {
        var isWindows = RuntimeInformation.IsOSPlatform(OSPlatform.Windows);
        var start = new ProcessStartInfo(isWindows ? "cmd" : "/bin/sh");
        start.ArgumentList.Add(isWindows ? "/c" : "-c");
        start.ArgumentList.Add(command);
        return Run(start);
    }

    private static Outcome Run(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Outcome(process.ExitCode, Stopwatch.GetElapsedTime(began), output + errors.GetAwaiter().GetResult());
    }
}
