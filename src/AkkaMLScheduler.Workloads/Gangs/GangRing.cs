using System.Buffers.Binary;
using System.Net.Sockets;
using System.Numerics;
using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Workloads.Gangs;

/// <summary>
/// The gang as a ring: each rank sends to the next and receives from the one before. Sums vectors over all ranks by reduce-scatter and
/// all-gather (Patarasuk and Yuan 2009): 2(n-1) exchanges of 1/n of the vector. Every rank ends with the same bits, because each part is
/// summed once, in ring order, and then copied.
/// </summary>
internal sealed class GangRing : IDisposable
{
    private readonly int _rank;
    private readonly int _worldSize;
    private readonly int _previousRank;
    private readonly int _nextRank;
    private readonly GangLimits _limits;
    private readonly Socket _previous;
    private readonly GangSender _sender;
    private readonly float[] _received;

    private GangRing(int rank, int worldSize, int length, GangLimits limits, GangRendezvous met)
    {
        _rank = rank;
        _worldSize = worldSize;
        _previousRank = (rank + worldSize - 1) % worldSize;
        _nextRank = (rank + 1) % worldSize;
        _limits = limits;
        _previous = met.Previous;
        var longest = (length + worldSize - 1) / worldSize;
        _received = new float[longest];
        GangSocket.Bound(_previous, limits.Silence);
        GangSocket.Bound(met.Next, limits.Silence);
        _sender = new GangSender(met.Next, longest, limits.Heartbeat, $"gang sender {rank}");
    }

    /// <summary>
    /// Meets the neighbours. Throws <see cref="GangBrokenException"/> when one does not come in time or is not of this attempt, and
    /// <see cref="WorkloadException"/> when the task was not given what a gang needs.
    /// </summary>
    /// <param name="length">The longest vector that will be summed, in floats.</param>
    /// <param name="step">Steps done so far; the same on every rank.</param>
    public static GangRing Connect(TaskContext task, int length, long step, GangLimits limits, CancellationToken stop)
        => new(task.Rank, task.WorldSize, length, limits, GangRendezvous.Meet(task, step, limits, stop));

    /// <summary>Replaces the vector by its sum over all ranks. Throws <see cref="GangBrokenException"/> when a neighbour is lost.</summary>
    public void SumOverRanks(Span<float> vector)
    {
        for (var round = 0; round < _worldSize - 1; round++)
        {
            var received = Exchange(
                Part(vector, _rank - round), Part(vector, _rank - round - 1).Length);
            Add(Part(vector, _rank - round - 1), received);
        }

        for (var round = 0; round < _worldSize - 1; round++)
        {
            var target = Part(vector, _rank - round);
            Exchange(Part(vector, _rank + 1 - round), target.Length).CopyTo(target);
        }
    }

    public void Dispose()
    {
        _sender.Dispose();
        _previous.Dispose();
    }

    private Span<float> Part(Span<float> vector, int index)
    {
        var part = ((index % _worldSize) + _worldSize) % _worldSize;
        var start = (int)((long)vector.Length * part / _worldSize);
        var end = (int)((long)vector.Length * (part + 1) / _worldSize);
        return vector[start..end];
    }

    private ReadOnlySpan<float> Exchange(ReadOnlySpan<float> outgoing, int incoming)
    {
        // A vector shorter than the gang has empty parts, which are not sent: a length of 0 is a heartbeat.
        var received = _received.AsSpan(0, incoming);
        if (outgoing.Length > 0)
            _sender.Begin(outgoing);
        if (incoming > 0)
            Receive(received);
        if (outgoing.Length == 0)
            return received;
        try
        {
            _sender.Finish();
        }
        catch (GangBrokenException error)
        {
            throw new GangBrokenException($"rank {_nextRank} is lost: {error.Message}", error);
        }

        return received;
    }

    private void Receive(Span<float> part)
    {
        Span<byte> header = stackalloc byte[sizeof(int)];
        try
        {
            var length = 0;
            while (length == 0)
            {
                if (!GangSocket.ReceiveAll(_previous, header))
                    throw new GangBrokenException($"rank {_previousRank} is lost: it closed its connection");
                length = BinaryPrimitives.ReadInt32LittleEndian(header);
            }

            if (length != part.Length)
                throw new GangBrokenException($"rank {_previousRank} sent {length} values where {part.Length} were due");
            if (!GangSocket.ReceiveAll(_previous, MemoryMarshal.AsBytes(part)))
                throw new GangBrokenException($"rank {_previousRank} is lost: it closed its connection");
        }
        catch (SocketException error)
        {
            throw new GangBrokenException(
                error.SocketErrorCode == SocketError.TimedOut
                    ? $"rank {_previousRank} is lost: not a sign of life for {_limits.Silence.TotalSeconds:0.#} s"
                    : $"rank {_previousRank} is lost: {error.Message}",
                error);
        }
    }

    private static void Add(Span<float> sum, ReadOnlySpan<float> addend)
    {
        var i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sum[i..]) + new Vector<float>(addend[i..])).CopyTo(sum[i..]);
        for (; i < sum.Length; i++)
            sum[i] += addend[i];
    }
}
