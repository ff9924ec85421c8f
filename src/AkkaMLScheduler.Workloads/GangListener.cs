using System.Net;
using System.Net.Sockets;

namespace AkkaMLScheduler.Workloads;

/// <summary>
/// The socket on which one rank waits for its neighbour. It is opened before the gang's endpoints are exchanged, so that
/// no rank can be early: a connection made before the task runs waits in the backlog.
/// </summary>
public sealed class GangListener : IDisposable
{
    // One neighbour connects; the rest is room for strays of earlier attempts, which the handshake turns away.
    private const int Backlog = 16;

    private readonly Socket _socket;

    private GangListener(Socket socket)
    {
        _socket = socket;
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>The address and the port that the system chose.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Listens on a free port of this address.</summary>
    /// <exception cref="SocketException">The address is not this machine's.</exception>
    public static GangListener Open(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            socket.Listen(Backlog);
            return new GangListener(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The next connection, or null when none came in time.</summary>
    internal Socket? Accept(TimeSpan patience)
        => _socket.Poll(patience, SelectMode.SelectRead) ? _socket.Accept() : null;

    public void Dispose() => _socket.Dispose();
}
