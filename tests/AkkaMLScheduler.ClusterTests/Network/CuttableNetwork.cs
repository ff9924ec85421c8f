using System.Net;
using System.Net.Sockets;
using AkkaMLScheduler.ClusterTests.Processes;

namespace AkkaMLScheduler.ClusterTests.Network;

/// <summary>
/// A proxy before the cluster port of each node. A node that is cut off gets nothing through in either direction, on connections old or
/// new; as with a broken cable, nothing is closed, and what was on the way arrives after the healing.
/// </summary>
internal sealed class CuttableNetwork : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly List<(NodeProcess Node, TcpListener Listener)> _proxies = [];
    private readonly HashSet<string> _cut = [];
    private readonly CancellationTokenSource _over = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _underWay = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lets others reach <paramref name="node"/> at <paramref name="publicPort"/> while it listens at <paramref name="port"/>.</summary>
    public void Add(NodeProcess node, int publicPort, int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, publicPort);
        listener.Start();
        lock (_lock)
        {
            _proxies.Add((node, listener));
            _underWay.Add(AcceptAsync(node, listener, port));
        }
    }

    public void Cut(NodeProcess node) => Change(() => _cut.Add(node.Name));

    public void Heal(NodeProcess node) => Change(() => _cut.Remove(node.Name));

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        foreach (var (_, listener) in _proxies) listener.Dispose();
        Task[] underWay;
        lock (_lock) underWay = [.. _underWay];
        await Task.WhenAll(underWay);
        _over.Dispose();
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            _changed.SetResult();
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task AcceptAsync(NodeProcess node, TcpListener listener, int port)
    {
        while (!_over.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await listener.AcceptSocketAsync(_over.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (_lock)
            {
                _underWay.RemoveAll(task => task.IsCompleted);
                _underWay.Add(ForwardAsync(client, node.Name, port));
            }
        }
    }

    private async Task ForwardAsync(Socket client, string to, int port)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using (client)
        {
            try
            {
                var from = NodeOf(client);
                await UntilOpenAsync(from, to);
                await server.ConnectAsync(IPAddress.Loopback, port, _over.Token);

                // Whichever side closes first ends both.
                using var ended = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
                await Task.WhenAny(PumpAsync(client, server, from, to, ended.Token), PumpAsync(server, client, from, to, ended.Token));
                await ended.CancelAsync();
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The node behind it is not there: whoever calls learns it by the closed connection.
            }
        }
    }

    private async Task PumpAsync(Socket source, Socket sink, string from, string to, CancellationToken ct)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                var read = await source.ReceiveAsync(buffer, ct);
                await UntilOpenAsync(from, to);
                if (read == 0) return;
                for (var sent = 0; sent < read;) sent += await sink.SendAsync(buffer.AsMemory(sent, read - sent), ct);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await UntilOpenAsync(from, to);
        }
    }

    private async Task UntilOpenAsync(string from, string to)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (!_cut.Contains(from) && !_cut.Contains(to)) return;
                changed = _changed.Task;
            }

            await changed.WaitAsync(_over.Token);
        }
    }

    /// <summary>Who calls, by the process that holds the other end; empty for anybody else.</summary>
    private string NodeOf(Socket client)
    {
        var socket = SocketOwner.InodeOf(((IPEndPoint)client.RemoteEndPoint!).Port, ((IPEndPoint)client.LocalEndPoint!).Port);
        (NodeProcess Node, TcpListener)[] proxies;
        lock (_lock) proxies = [.. _proxies];
        return socket is null ? "" : proxies.FirstOrDefault(p => p.Node.ProcessId is { } id && SocketOwner.Holds(id, socket)).Node?.Name ?? "";
    }
}
