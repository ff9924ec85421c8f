using System.Globalization;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>How a process ended.</summary>
/// <param name="Status">As the system gives it: the signal in the low seven bits, else the exit code in the second byte.</param>
/// <param name="Cpu">Taken by it and by all that it waited for.</param>
internal readonly record struct ProcessExit(int Status, TimeSpan Cpu)
{
    private const int SignalMask = 0x7f;

    private static readonly string[] SignalNames =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV", "SIGUSR2",
        "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU",
        "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
    ];

    /// <summary>Whether its own limit of CPU time ended it.</summary>
    public bool IsOutOfCpuTime => Signal < SignalNames.Length && SignalNames[Signal] == "SIGXCPU";

    private int Signal => Status & SignalMask;

    /// <summary>The exit code, or 128 and the signal's number, as shells have it.</summary>
    public int Code => Signal == 0 ? (Status >> 8) & 0xff : 128 + Signal;

    public override string ToString() => Signal switch
    {
        0 => string.Create(CultureInfo.InvariantCulture, $"exit code {Code}"),
        var signal when signal < SignalNames.Length => $"killed by signal {SignalNames[signal]}",
        var signal => string.Create(CultureInfo.InvariantCulture, $"killed by signal {signal}"),
    };
}
