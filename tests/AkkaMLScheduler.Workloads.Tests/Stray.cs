using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using AkkaMLScheduler.Workloads.Gangs;

namespace AkkaMLScheduler.Workloads.Tests;

/// <summary>Speaks the first word of the gang's protocol in the name of a task, and no more.</summary>
internal sealed class Stray : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);

    public static async Task<Stray> GreetAsync(TaskContext from, TaskContext to)
    {
        var stray = new Stray();
        await stray._socket.ConnectAsync(IPEndPoint.Parse(from.GangEndpoints[to.Rank]));
        await stray._socket.SendAsync(HelloOf(from, to.Rank).Encode());
        return stray;
    }

    public static GangHello HelloOf(TaskContext from, int to) => new(
        GangHello.Digest(from.Job.Value), from.Attempt, from.Rank, to, from.WorldSize, 0, GangRendezvous.RunDigest(from));

    public async Task<(GangRefusal Refusal, int Attempt)> ReadAnswerAsync()
    {
        var answer = new byte[GangHello.AnswerBytes];
        using var stream = new NetworkStream(_socket);
        await stream.ReadExactlyAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        return ((GangRefusal)answer[0], BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(1)));
    }

    public void Dispose() => _socket.Dispose();
}
