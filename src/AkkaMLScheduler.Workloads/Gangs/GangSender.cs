using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Workloads.Gangs;

/// <summary>
/// The sending half of a ring: a thread that writes one block at a time to the next rank while the task's thread receives, and a
/// heartbeat when the task has computed for a while. A frame is a length in floats (4 bytes, little-endian) and the floats; a
/// heartbeat is the length 0.
/// </summary>
internal sealed class GangSender : IDisposable
{
    private readonly Socket _next;
    private readonly TimeSpan _heartbeat;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private readonly float[] _block;
    private int _length;
    private bool _closing;
    private Exception? _failure;

    /// <param name="next">Connected, with a send timeout; owned from here on.</param>
    /// <param name="capacity">The longest block, in floats.</param>
    public GangSender(Socket next, int capacity, TimeSpan heartbeat, string name)
    {
        _next = next;
        _heartbeat = heartbeat;
        _block = new float[capacity];
        _thread = new Thread(Loop) { IsBackground = true, Name = name };
        _thread.Start();
    }

    /// <summary>Starts sending a copy of the block; at most one may be under way.</summary>
    public void Begin(ReadOnlySpan<float> block)
    {
        block.CopyTo(_block);
        _length = block.Length;
        _work.Release();
    }

    /// <summary>Waits until the block is with the operating system. Throws what the socket threw.</summary>
    public void Finish()
    {
        _done.Wait();
        if (_failure is { } failure)
            throw new GangBrokenException(failure.Message, failure);
    }

    public void Dispose()
    {
        lock (_gate)
            _closing = true;
        _work.Release();
        // A send in progress ends at the latest with the socket.
        _next.Dispose();
        _thread.Join();
        _work.Dispose();
        _done.Dispose();
    }

    private void Loop()
    {
        Span<byte> header = stackalloc byte[sizeof(int)];
        while (true)
        {
            var asked = _work.Wait(_heartbeat);
            lock (_gate)
            {
                if (_closing)
                    return;
            }

            try
            {
                // After a failure only the reports go on, so that the task's thread learns of it at its next block.
                if (_failure is null)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(header, asked ? _length : 0);
                    GangSocket.SendAll(_next, header);
                    if (asked)
                        GangSocket.SendAll(_next, MemoryMarshal.AsBytes(_block.AsSpan(0, _length)));
                }
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                _failure = error;
            }

            if (asked)
                _done.Release();
        }
    }
}
