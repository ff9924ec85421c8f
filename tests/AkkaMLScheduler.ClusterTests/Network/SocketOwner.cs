using System.Globalization;

namespace AkkaMLScheduler.ClusterTests.Network;

/// <summary>Finds the process behind a loopback connection in <c>/proc</c>. Linux only.</summary>
internal static class SocketOwner
{
    private const int LocalAddress = 1;
    private const int RemoteAddress = 2;
    private const int Inode = 9;

    /// <summary>The inode of the socket at <paramref name="port"/> that is connected to <paramref name="peerPort"/>, as in <c>/proc/net/tcp</c>.</summary>
    public static string? InodeOf(int port, int peerPort)
    {
        var local = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        var remote = string.Create(CultureInfo.InvariantCulture, $":{peerPort:X4}");
        return new[] { "/proc/net/tcp", "/proc/net/tcp6" }
            .SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words[LocalAddress].EndsWith(local, StringComparison.Ordinal) && words[RemoteAddress].EndsWith(remote, StringComparison.Ordinal))
            .Select(words => words[Inode])
            .FirstOrDefault();
    }

    /// <summary>Whether one of the process's files is the socket with this inode.</summary>
    public static bool Holds(int process, string inode)
    {
        try
        {
            return Directory.EnumerateFiles(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/fd"))
                .Any(file => File.ResolveLinkTarget(file, returnFinalTarget: false)?.FullName.EndsWith($"socket:[{inode}]", StringComparison.Ordinal) == true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process has ended, or has closed a file just now.
            return false;
        }
    }
}
