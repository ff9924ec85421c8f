using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>Asks a cluster about a topic.</summary>
public static class KafkaTopic
{
    /// <summary>The partitions of a topic, ascending; blocks a pool thread for at most <paramref name="timeout"/>.</summary>
    /// <param name="client">Bootstrap servers, TLS, SASL.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="timeout">Whole wait.</param>
    /// <exception cref="IngestionException">No broker answered, or there is no such topic.</exception>
    public static Task<IReadOnlyList<int>> PartitionsAsync(ClientConfig client, string topic, TimeSpan timeout) => Task.Run(() =>
    {
        try
        {
            using var admin = new AdminClientBuilder(new AdminClientConfig(new Dictionary<string, string>(client)))
                .SetLogHandler(static (_, _) => { })
                .Build();

            // All topics: asking for one by name may create it.
            var found = admin.GetMetadata(timeout).Topics.Find(known => known.Topic == topic);
            return found is null || found.Partitions.Count == 0
                ? throw new IngestionException($"Kafka at {client.BootstrapServers} has no topic '{topic}'.")
                : (IReadOnlyList<int>)[.. found.Partitions.Select(partition => partition.PartitionId).Order()];
        }
        catch (KafkaException refused)
        {
            throw new IngestionException($"No Kafka broker answered at {client.BootstrapServers}: {refused.Error.Reason}", refused);
        }
    });
}
