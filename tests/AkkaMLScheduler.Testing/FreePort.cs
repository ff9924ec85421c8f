using System.Net;
using System.Net.Sockets;

namespace AkkaMLScheduler.Testing;

/// <summary>Loopback ports that nobody listens on at this moment.</summary>
public static class FreePort
{
    // Below the ports that systems give to outgoing connections (from 32768 on Linux, from 49152 elsewhere).
    private const int FirstKept = 20_000;
    private const int KeptPorts = 12_000;

    // Processes beside each other seldom search in the same place: their ids are near each other, these steps are not.
    private const int StepPerProcess = 37;

    private static int _kept = -1;

    /// <summary>Another process may take it before the caller does: bind soon.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>
    /// One that the system gives to no outgoing connection: it is still free when a server that was killed comes back to it, even if
    /// clients have tried to reach it all the time.
    /// </summary>
    public static int Kept()
    {
        for (var tries = 0; tries < KeptPorts; tries++)
        {
            var offset = ((long)Environment.ProcessId * StepPerProcess + Interlocked.Increment(ref _kept)) % KeptPorts;
            using var listener = new TcpListener(IPAddress.Loopback, FirstKept + (int)offset);
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new InvalidOperationException($"No port from {FirstKept} on is free.");
    }
}
