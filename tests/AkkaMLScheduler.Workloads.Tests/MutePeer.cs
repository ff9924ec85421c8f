using System.Net.Sockets;
using AkkaMLScheduler.Workloads.Gangs;

namespace AkkaMLScheduler.Workloads.Tests;

/// <summary>A rank that joins properly and then neither sends nor closes, as a frozen machine would.</summary>
internal sealed class MutePeer : IDisposable
{
    private readonly Stray _greeting;
    private readonly Task<Socket> _accepted;

    private MutePeer(Stray greeting, Task<Socket> accepted)
    {
        _greeting = greeting;
        _accepted = accepted;
    }

    /// <summary>Takes the place of a task of a gang of two.</summary>
    public static async Task<MutePeer> JoinAsync(TaskContext task)
    {
        var greeting = await Stray.GreetAsync(task, task with { Rank = 0 });
        return new MutePeer(greeting, Task.Run(() => Admit(task)));
    }

    public void Dispose()
    {
        _greeting.Dispose();
        _accepted.Result.Dispose();
    }

    private static Socket Admit(TaskContext task)
    {
        var socket = task.Gang!.Accept(TimeSpan.FromSeconds(20)) ?? throw new TimeoutException("rank 0 did not come");
        Assert.True(GangSocket.ReceiveAll(socket, new byte[GangHello.Bytes]));
        GangSocket.SendAll(socket, GangHello.Answer(GangRefusal.None, task.Attempt));
        return socket;
    }
}
