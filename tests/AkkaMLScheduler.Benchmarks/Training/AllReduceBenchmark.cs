using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads;
using AkkaMLScheduler.Workloads.Gangs;

namespace AkkaMLScheduler.Benchmarks.Training;

/// <summary>A gang's sum of gradients over loopback, beside plain sockets that move the same bytes and do nothing with them.</summary>
internal static class AllReduceBenchmark
{
    private const int Rounds = 20;
    private static readonly int[] Vectors = [1 << 16, 1 << 20, 1 << 24];

    public static int Run(string[] arguments)
    {
        Console.WriteLine($"2 ranks, the best of {Rounds} rounds; each rank sends as many bytes as the vector has, and receives as many");
        foreach (var floats in Vectors)
        {
            var bytes = floats * sizeof(float);
            using var gang = new Gang(floats);
            using var plain = new PlainCopy(bytes);
            var (sum, copy) = (Best(gang.Sum), Best(plain.Copy));
            Console.WriteLine(
                $"  {bytes >> 10,6:N0} KiB: sums {bytes / sum / 1e9:F2} GB/s, plain copy {bytes / copy / 1e9:F2} GB/s: {copy / sum:F2} times");
        }

        return 0;
    }

    /// <summary>Seconds of the best round: both ranks begin together, and it is over when both are done.</summary>
    private static double Best(Action<int> round)
    {
        var best = double.PositiveInfinity;
        for (var i = 0; i < Rounds; i++)
        {
            var began = Stopwatch.GetTimestamp();
            Both(round);
            best = Math.Min(best, Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        return best;
    }

    private static void Both(Action<int> rank) => Parallel.Invoke(() => rank(0), () => rank(1));

    private sealed class Gang : IDisposable
    {
        private readonly GangRing[] _rings = new GangRing[2];
        private readonly float[][] _vectors;

        public Gang(int floats)
        {
            _vectors = [new float[floats], new float[floats]];
            GangListener[] listeners = [GangListener.Open(IPAddress.Loopback), GangListener.Open(IPAddress.Loopback)];
            string[] endpoints = [.. listeners.Select(listener => listener.EndPoint.ToString())];
            Both(rank => _rings[rank] = GangRing.Connect(
                new TaskContext
                {
                    Job = new JobId("all-reduce"),
                    Attempt = 1,
                    Rank = rank,
                    WorldSize = 2,
                    Run = new RunSpec("torch", new Dictionary<string, string>()),
                    Checkpoint = new CheckpointSpec(0, 1),
                    CheckpointDirectory = "",
                    ScratchDirectory = "",
                    Gang = listeners[rank],
                    GangEndpoints = endpoints,
                },
                floats, step: 0, GangLimits.Default, CancellationToken.None));
            foreach (var listener in listeners) listener.Dispose();
        }

        public void Sum(int rank) => _rings[rank].SumOverRanks(_vectors[rank]);

        public void Dispose()
        {
            foreach (var ring in _rings) ring.Dispose();
        }
    }

    /// <summary>A connection each way, as in the ring, and both at once.</summary>
    private sealed class PlainCopy : IDisposable
    {
        private readonly (Socket To, Socket From)[] _ends = new (Socket, Socket)[2];
        private readonly byte[][] _vectors;
        private readonly byte[][] _received;

        public PlainCopy(int bytes)
        {
            _vectors = [new byte[bytes], new byte[bytes]];
            _received = [new byte[bytes], new byte[bytes]];
            var (first, second) = (Pair(), Pair());
            _ends[0] = (first.To, second.From);
            _ends[1] = (second.To, first.From);
        }

        public void Copy(int rank) => Parallel.Invoke(
            () => GangSocket.SendAll(_ends[rank].To, _vectors[rank]), () => GangSocket.ReceiveAll(_ends[rank].From, _received[rank]));

        public void Dispose()
        {
            foreach (var (to, from) in _ends)
            {
                to.Dispose();
                from.Dispose();
            }
        }

        private static (Socket To, Socket From) Pair()
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var to = new Socket(SocketType.Stream, ProtocolType.Tcp);
            to.Connect(listener.LocalEndpoint);
            return (to, listener.AcceptSocket());
        }
    }
}
