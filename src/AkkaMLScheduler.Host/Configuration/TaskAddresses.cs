using System.Net;
using System.Net.Sockets;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>Where the ranks of a gang listen for each other.</summary>
public static class TaskAddresses
{
    /// <summary>The node's address; where it listens on all of them, the one that its public host stands for.</summary>
    /// <exception cref="SettingsException">The public host stands for no address.</exception>
    public static IPAddress TaskAddress(this NodeSettings settings)
    {
        if (!settings.Host.Equals(IPAddress.Any) && !settings.Host.Equals(IPAddress.IPv6Any)) return settings.Host;
        try
        {
            return Dns.GetHostAddresses(settings.PublicHost ?? "").OrderBy(address => address.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).First();
        }
        catch (Exception e) when (e is SocketException or ArgumentException or InvalidOperationException)
        {
            throw new SettingsException($"amls.node.public-host '{settings.PublicHost}' stands for no address: {e.Message}");
        }
    }
}
