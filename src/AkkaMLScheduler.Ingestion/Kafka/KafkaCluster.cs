using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>A Kafka cluster as its brokers tell of it.</summary>
/// <param name="Id">What it gave itself when it was created: a rebuilt cluster has another one.</param>
/// <param name="ControllerId">The broker that answers questions about the cluster; none of its brokers where none is named.</param>
public sealed record KafkaCluster(string Id, int ControllerId)
{
    /// <summary>Asks a cluster; blocks a pool thread for at most <paramref name="timeout"/>.</summary>
    /// <param name="client">Settings of the client: bootstrap servers, TLS, SASL.</param>
    /// <param name="timeout">Whole wait.</param>
    /// <exception cref="IngestionException">No broker answered in time, or a setting was refused.</exception>
    public static Task<KafkaCluster> ReadAsync(ClientConfig client, TimeSpan timeout) => Task.Run(() =>
    {
        var handle = NativeLibrdkafka.NewClient(client);
        try
        {
            var id = NativeLibrdkafka.ClusterId(handle, timeout)
                ?? throw new IngestionException($"No Kafka broker answered at {client.BootstrapServers} within {timeout.TotalSeconds:0.#} s.");
            return new KafkaCluster(id, NativeLibrdkafka.ControllerId(handle));
        }
        finally
        {
            NativeLibrdkafka.DestroyClient(handle);
        }
    });
}
