using System.Net;
using System.Net.Sockets;

namespace AkkaMLScheduler.Testing;

/// <summary>A loopback port that nobody listens on at this moment. Another process may take it before the caller does: bind soon.</summary>
public static class FreePort
{
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
