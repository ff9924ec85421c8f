using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Ingestion.Kafka;
using Confluent.Kafka;

namespace AkkaMLScheduler.Benchmarks.Ingestion;

/// <summary>The in-process broker in a process of its own, so that its memory is not taken for the reader's; filled when it is started.</summary>
internal sealed class BrokerProcess : IDisposable
{
    public const string Topic = "records";

    /// <summary>The argument of <c>ingestion</c> that makes this program the broker.</summary>
    public const string Argument = "broker";

    private const int Partitions = 64;

    private readonly Process _process;

    private BrokerProcess(Process process, string bootstrapServers, long bytes)
    {
        _process = process;
        BootstrapServers = bootstrapServers;
        Bytes = bytes;
    }

    public string BootstrapServers { get; }

    /// <summary>Of all records' values.</summary>
    public long Bytes { get; }

    public static async Task<BrokerProcess> StartAsync()
    {
        var start = OwnProcess.AgainWith("ingestion", Argument);
        start.RedirectStandardInput = start.RedirectStandardOutput = true;
        var process = Process.Start(start) ?? throw new InvalidOperationException("The broker did not start.");
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Split(' ') is [Topic, var servers, var bytes]) return new BrokerProcess(process, servers, long.Parse(bytes, CultureInfo.InvariantCulture));
        }

        throw new InvalidOperationException("The broker ended before it was filled.");
    }

    /// <summary>What the other process does: fills a topic, says where, and serves it until its input ends.</summary>
    public static async Task ServeAsync(IReadOnlyList<byte[]> records)
    {
        using var broker = MockBroker.Start((Topic, Partitions));
        var client = new ClientConfig { BootstrapServers = broker.BootstrapServers };
        var settings = new BoundedProducerSettings(client, Topic, Partitions) { BytesAheadPerPartition = MockBroker.RetainedBytesPerPartition };
        var none = Task.FromResult<IReadOnlyDictionary<int, long>>(new Dictionary<int, long>());
        await BoundedProducer.Start(settings, records, _ => none).Completion;
        Console.WriteLine($"{Topic} {broker.BootstrapServers} {records.Sum(record => (long)record.Length)}");
        await Console.In.ReadToEndAsync();
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
