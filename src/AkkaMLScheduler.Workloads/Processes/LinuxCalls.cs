using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>The calls of Linux's C library that .NET has no word for. Negative results are errors; the number is the last P/Invoke error.</summary>
internal static partial class LinuxCalls
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;

    public const short Readable = 0x1;
    public const short Writable = 0x4;

    public const int NoHang = 1;

    /// <summary>The error of a call that a signal broke off.</summary>
    public const int Interrupted = 4;

    /// <summary>CPU time of a process in seconds.</summary>
    public const int LimitCpu = 0;

    /// <summary>What a process may map for itself to write to, in bytes.</summary>
    public const int LimitData = 2;

    // The same on every architecture since Linux 5.3.
    private const nint PidFdOpenNumber = 434;

    /// <summary>A handle that becomes readable when the process has ended; negative on error.</summary>
    public static int PidFdOpen(int pid) => (int)SystemCall(PidFdOpenNumber, pid, 0);

    /// <summary>What an error number means, in the system's words.</summary>
    public static string Words(int error) => Marshal.GetPInvokeErrorMessage(error);

    /// <summary>Limits a running process; nothing where it is gone.</summary>
    /// <param name="soft">Where it is warned or refused.</param>
    /// <param name="hard">Where it ends.</param>
    public static void Limit(int pid, int resource, long soft, long hard) => _ = SetLimit(pid, resource, [soft, hard], 0);

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static extern int Kill(int pid, int signal);

    [DllImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static extern int WaitPid(int pid, out int status, int options);

    /// <summary>As <see cref="WaitPid"/>, and what the process and all that it has waited for have used.</summary>
    /// <param name="usage"><c>struct rusage</c>: seconds and microseconds of user and of system time come first.</param>
    [DllImport("libc", EntryPoint = "wait4", SetLastError = true)]
    public static extern int Wait4(int pid, out int status, int options, [Out] long[] usage);

    [DllImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    public static extern int Pipe([Out] int[] ends, int flags);

    [DllImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    public static extern int EventFd(uint initial, int flags);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    public static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    public static extern int Close(int handle);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static extern int Poll([In, Out] Watched[] handles, nuint count, int timeoutMilliseconds);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    public static extern nint Write(int handle, byte[] bytes, nint count);

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    public static extern nint Read(int handle, byte[] bytes, nint count);

    [DllImport("libc", EntryPoint = "prlimit64")]
    private static extern int SetLimit(int pid, int resource, long[] limits, nint former);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static extern nint SystemCall(nint number, nint first, nint second);

    /// <summary>One entry of <see cref="Poll"/>; a negative handle is passed over.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Watched(int handle)
    {
        public int Handle = handle;
        public short Wanted = Readable;
        public short Seen = 0;
    }
}
