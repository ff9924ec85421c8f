using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// Starts a program in a session of its own by posix_spawn, which shares memory with the child until it has become the program: the cost
/// does not grow with this process. <c>System.Diagnostics.Process</c> knows neither sessions nor process groups.
/// The child gets no handle but its three standard ones, and every signal at its default.
/// </summary>
internal static class PosixSpawn
{
    private const int SetSignalDefaults = 0x04;
    private const int SetSignalMask = 0x08;
    private const int NewSession = 0x80;

    // At least as large as the C library's opaque types: 336 and 80 bytes in glibc, less in musl, and 128 for a set of signals.
    private const int OpaqueBytes = 1024;

    private const int FirstOther = 3;

    /// <returns>The child's process id, which is also its session's and its group's.</returns>
    /// <exception cref="WorkloadException">It does not start; the message has the system's words.</exception>
    public static int Start(string program, IReadOnlyList<string> arguments, IEnumerable<string> environment, string folder, int output, int errors, int input = -1)
    {
        var actions = new byte[OpaqueBytes];
        var attributes = new byte[OpaqueBytes];
        var signals = new byte[OpaqueBytes];
        Check(InitActions(actions));
        Check(InitAttributes(attributes));
        try
        {
            if (input < 0) Check(AddOpen(actions, 0, "/dev/null", 0, 0));
            else Check(AddDuplicate(actions, input, 0));
            Check(AddDuplicate(actions, output, 1));
            Check(AddDuplicate(actions, errors, 2));
            Check(AddFolder(actions, folder));
            CloseOthers(actions);
            Check(SetMask(attributes, signals));
            Check(FillSignals(signals));
            Check(SetDefaults(attributes, signals));
            Check(SetFlags(attributes, SetSignalDefaults | SetSignalMask | NewSession));
            using var argv = new NativeStrings(arguments);
            using var envp = new NativeStrings(environment);
            var error = Spawn(out var pid, program, actions, attributes, argv.Pointers, envp.Pointers);
            if (error == 0) return pid;
            throw new WorkloadException($"'{program}' does not start in {folder}: {LinuxCalls.Words(error)}");
        }
        finally
        {
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
        }
    }

    /// <summary>Handles of this process close by themselves; this is for those that a native library opened without care. glibc 2.34 or later.</summary>
    private static void CloseOthers(byte[] actions)
    {
        try
        {
            Check(AddCloseFrom(actions, FirstOther));
        }
        catch (EntryPointNotFoundException)
        {
            // Then what such a library leaves open stays open in the child.
        }
    }

    private static void Check(int error)
    {
        if (error != 0) throw new WorkloadException($"a process cannot be prepared: {LinuxCalls.Words(error)}");
    }

    [DllImport("libc", EntryPoint = "posix_spawn")]
    private static extern int Spawn(
        out int pid, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, byte[] actions, byte[] attributes, nint[] argv, nint[] envp);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static extern int InitActions(byte[] actions);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static extern int DestroyActions(byte[] actions);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    private static extern int AddOpen(byte[] actions, int handle, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mode);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static extern int AddDuplicate(byte[] actions, int handle, int other);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    private static extern int AddFolder(byte[] actions, [MarshalAs(UnmanagedType.LPUTF8Str)] string path);

    [DllImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static extern int AddCloseFrom(byte[] actions, int first);

    [DllImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static extern int InitAttributes(byte[] attributes);

    [DllImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static extern int DestroyAttributes(byte[] attributes);

    [DllImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static extern int SetFlags(byte[] attributes, short flags);

    [DllImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static extern int SetMask(byte[] attributes, byte[] signals);

    [DllImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static extern int SetDefaults(byte[] attributes, byte[] signals);

    [DllImport("libc", EntryPoint = "sigfillset")]
    private static extern int FillSignals(byte[] signals);

    /// <summary>A null-terminated array of C strings.</summary>
    private sealed class NativeStrings : IDisposable
    {
        public NativeStrings(IEnumerable<string> strings) => Pointers = [.. strings.Select(Marshal.StringToCoTaskMemUTF8), 0];

        public nint[] Pointers { get; }

        public void Dispose()
        {
            foreach (var pointer in Pointers) Marshal.FreeCoTaskMem(pointer);
        }
    }
}
