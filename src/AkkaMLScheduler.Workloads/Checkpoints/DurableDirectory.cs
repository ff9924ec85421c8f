using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Workloads.Checkpoints;

/// <summary>
/// Makes a rename last through a power cut by syncing the folder, which .NET has no call for. Windows journals renames by itself.
/// </summary>
internal static class DurableDirectory
{
    public static void Sync(string directory)
    {
        if (OperatingSystem.IsWindows())
            return;
        var descriptor = Open(directory, flags: 0);
        if (descriptor < 0)
            throw new IOException($"cannot open {directory} to sync it (errno {Marshal.GetLastPInvokeError()})");
        var failed = Sync(descriptor) != 0;
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (failed)
            throw new IOException($"cannot sync {directory} (errno {error})");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);
}
