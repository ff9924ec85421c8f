using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AkkaMLScheduler.Workloads.Gangs;

/// <summary>
/// How a rank meets its neighbours: it greets the next one first, then answers greetings at its own listener until the previous rank's
/// is among them and the next one's answer has come. Since all greet before they answer, nobody waits in a circle.
/// </summary>
internal sealed class GangRendezvous
{
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(100);

    // While both neighbours are awaited, each gets a look this often.
    private static readonly TimeSpan ShortRetry = TimeSpan.FromMilliseconds(20);

    private readonly TaskContext _task;
    private readonly GangListener _listener;
    private readonly GangLimits _limits;
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly int _previousRank;
    private readonly int _nextRank;
    private readonly GangHello _greeting;

    private GangRendezvous(TaskContext task, GangListener listener, long step, GangLimits limits)
    {
        _task = task;
        _listener = listener;
        _limits = limits;
        _previousRank = (task.Rank + task.WorldSize - 1) % task.WorldSize;
        _nextRank = (task.Rank + 1) % task.WorldSize;
        _greeting = new GangHello(
            GangHello.Digest(task.Job.Value), task.Attempt, task.Rank, _nextRank, task.WorldSize, step, RunDigest(task));
    }

    /// <summary>The connection this rank receives on.</summary>
    public Socket Previous { get; private set; } = null!;

    /// <summary>The connection this rank sends on.</summary>
    public Socket Next { get; private set; } = null!;

    public static GangRendezvous Meet(TaskContext task, long step, GangLimits limits, CancellationToken stop)
    {
        if (task.Gang is not { } listener || task.GangEndpoints.Count != task.WorldSize)
        {
            throw new WorkloadException(
                $"a gang of {task.WorldSize} needs a listener and {task.WorldSize} endpoints, not {task.GangEndpoints.Count}");
        }

        var met = new GangRendezvous(task, listener, step, limits);
        try
        {
            met.Next = met.Greet(stop);
            met.AwaitBoth(stop);
            return met;
        }
        catch (Exception error)
        {
            met.Next?.Dispose();
            met.Previous?.Dispose();
            if (error is SocketException)
                throw new GangBrokenException($"rank {met._nextRank} is lost before the first step: {error.Message}", error);
            throw;
        }
    }

    /// <summary>What every rank must run alike: type, parameters, inputs.</summary>
    internal static string RunDigest(TaskContext task)
    {
        var parameters = task.Run.With.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}");
        return GangHello.Digest(string.Join('\n', [task.Run.Type, .. parameters, .. task.Inputs.Select(input => input.Reference)]));
    }

    private TimeSpan Left => _limits.Rendezvous - Stopwatch.GetElapsedTime(_started);

    private Socket Greet(CancellationToken stop)
    {
        var endpoint = EndPoint(_task.GangEndpoints[_nextRank]);
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
                limit.CancelAfter(Left > TimeSpan.Zero ? Left : TimeSpan.Zero);
                socket.ConnectAsync(endpoint, limit.Token).AsTask().GetAwaiter().GetResult();
                GangSocket.Bound(socket, _limits.Rendezvous);
                GangSocket.SendAll(socket, _greeting.Encode());
                return socket;
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                stop.ThrowIfCancellationRequested();
                if (Left <= TimeSpan.Zero)
                    throw Absent(_nextRank, error);
                stop.WaitHandle.WaitOne(Retry);
            }
        }
    }

    /// <summary>Until the previous rank has been let in and the next one has let this one in; a refusal ends it at once.</summary>
    private void AwaitBoth(CancellationToken stop)
    {
        var expected = _greeting with { From = _previousRank, To = _task.Rank };
        var answered = false;
        while (!answered || Previous is null)
        {
            stop.ThrowIfCancellationRequested();
            if (Left <= TimeSpan.Zero)
                throw Absent(Previous is null ? _previousRank : _nextRank);
            if (!answered && Next.Poll(Previous is null ? TimeSpan.Zero : Retry, SelectMode.SelectRead))
            {
                ReadAnswer();
                answered = true;
            }

            if (Previous is null && _listener.Accept(answered ? Retry : ShortRetry) is { } socket && Admit(socket, expected))
                Previous = socket;
        }
    }

    /// <summary>Answers one greeting; the socket is closed unless it is the one expected.</summary>
    private bool Admit(Socket socket, GangHello expected)
    {
        try
        {
            GangSocket.Bound(socket, _limits.Handshake);
            var message = new byte[GangHello.Bytes];
            if (GangSocket.ReceiveAll(socket, message) && GangHello.Decode(message) is { } hello)
            {
                var refusal = hello.Judge(expected);
                GangSocket.SendAll(socket, GangHello.Answer(refusal, _task.Attempt));
                if (refusal == GangRefusal.None)
                    return true;
                _task.Log.WriteLine($"gang: turned away rank {hello.From} of attempt {hello.Attempt} at step {hello.Step}: {refusal}");
            }
        }
        catch (SocketException error)
        {
            _task.Log.WriteLine($"gang: a connection broke off in its greeting: {error.Message}");
        }

        socket.Dispose();
        return false;
    }

    private void ReadAnswer()
    {
        var endpoint = _task.GangEndpoints[_nextRank];
        GangSocket.Bound(Next, _limits.Handshake);
        var answer = new byte[GangHello.AnswerBytes];
        if (!GangSocket.ReceiveAll(Next, answer))
            throw new GangBrokenException($"rank {_nextRank} at {endpoint} hung up before it answered");
        var attempt = BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(1));
        if ((GangRefusal)answer[0] is var refusal and not GangRefusal.None)
        {
            throw new GangBrokenException(
                $"rank {_nextRank} at {endpoint}, in attempt {attempt}, turned away attempt {_task.Attempt} "
                + $"at step {_greeting.Step}: {refusal}");
        }
    }

    private GangBrokenException Absent(int rank, Exception? error = null)
        => new(
            $"rank {rank} at {_task.GangEndpoints[rank]} did not join attempt {_task.Attempt} "
            + $"within {_limits.Rendezvous.TotalSeconds:0.#} s",
            error);

    private static EndPoint EndPoint(string text)
    {
        if (IPEndPoint.TryParse(text, out var address) && address.Port > 0)
            return address;
        var colon = text.LastIndexOf(':');
        return colon > 0 && int.TryParse(text[(colon + 1)..], out var port) && port is > 0 and < 65536
            ? new DnsEndPoint(text[..colon], port)
            : throw new WorkloadException($"'{text}' is no gang endpoint of the form host:port");
    }
}
