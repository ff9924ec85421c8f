using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// Makes a rename last through a power cut: on Unix the folder's own entry must be synced. .NET opens no folders, so this calls the
/// C library. On Windows the file system's journal orders renames and there is nothing to call.
/// </summary>
public static class DurableFolder
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The folder is missing, or the file system refused.</exception>
    public static void Sync(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open(folder, ReadOnly);
        if (handle < 0)
            throw new IOException($"cannot open folder {folder} to sync it (errno {Marshal.GetLastPInvokeError()})");
        try
        {
            if (Fsync(handle) != 0)
                throw new IOException($"cannot sync folder {folder} (errno {Marshal.GetLastPInvokeError()})");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(int handle);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    private static extern int Close(int handle);
}
