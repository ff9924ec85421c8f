using System.Net.Sockets;

namespace AkkaMLScheduler.Workloads.Gangs;

/// <summary>Whole reads and writes on a blocking socket, each bounded by the socket's timeouts.</summary>
internal static class GangSocket
{
    public static void Bound(Socket socket, TimeSpan limit)
    {
        socket.NoDelay = true;
        socket.ReceiveTimeout = (int)limit.TotalMilliseconds;
        socket.SendTimeout = (int)limit.TotalMilliseconds;
    }

    public static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
            bytes = bytes[socket.Send(bytes)..];
    }

    /// <summary>False when the other side closed first.</summary>
    public static bool ReceiveAll(Socket socket, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var received = socket.Receive(bytes);
            if (received == 0)
                return false;
            bytes = bytes[received..];
        }

        return true;
    }
}
