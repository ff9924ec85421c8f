using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>Asks a Kafka cluster for the id that it gave itself when it was created: a rebuilt cluster has another one.</summary>
public static class KafkaClusterId
{
    /// <summary>Reads the cluster id; blocks a pool thread for at most <paramref name="timeout"/>.</summary>
    /// <param name="client">Settings of the client: bootstrap servers, TLS, SASL.</param>
    /// <param name="timeout">Whole wait.</param>
    /// <exception cref="IngestionException">No broker answered in time, or a setting was refused.</exception>
    public static Task<string> ReadAsync(ClientConfig client, TimeSpan timeout) => Task.Run(() =>
    {
        var handle = NativeLibrdkafka.NewClient(client);
        try
        {
            return NativeLibrdkafka.ClusterId(handle, timeout)
                ?? throw new IngestionException($"No Kafka broker answered at {client.BootstrapServers} within {timeout.TotalSeconds:0.#} s.");
        }
        finally
        {
            NativeLibrdkafka.DestroyClient(handle);
        }
    });
}
