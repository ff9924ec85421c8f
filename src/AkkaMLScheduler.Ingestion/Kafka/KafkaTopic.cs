using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>A topic as its cluster tells of it.</summary>
/// <param name="Partitions">Its partitions, ascending.</param>
/// <param name="Id">
/// What the cluster gave it when it was created (from Kafka 2.8 on): a topic of the same name that was created anew has another one.
/// Null where there is none, or it was not asked for.
/// </param>
public sealed record KafkaTopic(IReadOnlyList<int> Partitions, string? Id)
{
    /// <summary>Asks a cluster about a topic.</summary>
    /// <param name="client">Bootstrap servers, TLS, SASL.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="cluster">Whose topic's id is wanted; null = it is not.</param>
    /// <param name="timeout">Wait for each of the two answers.</param>
    /// <exception cref="IngestionException">No broker answered, or there is no such topic.</exception>
    public static async Task<KafkaTopic> ReadAsync(ClientConfig client, string topic, KafkaCluster? cluster, TimeSpan timeout)
    {
        try
        {
            using var admin = new AdminClientBuilder(new AdminClientConfig(new Dictionary<string, string>(client)) { CancellationDelayMaxMs = 1 })
                .SetLogHandler(static (_, _) => { })
                .Build();

            // All topics: asking for one by name may create it.
            var metadata = await Task.Run(() => admin.GetMetadata(timeout)).ConfigureAwait(false);
            if (metadata.Topics.Find(known => known.Topic == topic) is not { Partitions.Count: > 0 } found)
                throw new IngestionException($"Kafka at {client.BootstrapServers} has no topic '{topic}'.");

            // Only a controller is asked for ids, and a client waits for one in vain where brokers name none.
            var id = cluster is not null && metadata.Brokers.Exists(broker => broker.BrokerId == cluster.ControllerId)
                ? await IdAsync(admin, topic, timeout).ConfigureAwait(false)
                : null;
            return new KafkaTopic([.. found.Partitions.Select(partition => partition.PartitionId).Order()], id);
        }
        catch (KafkaException refused)
        {
            throw new IngestionException($"No Kafka broker answered at {client.BootstrapServers}: {refused.Error.Reason}", refused);
        }
    }

    private static async Task<string?> IdAsync(IAdminClient admin, string topic, TimeSpan timeout)
    {
        var options = new DescribeTopicsOptions { RequestTimeout = timeout };
        var described = await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]), options).ConfigureAwait(false);
        return described.TopicDescriptions[0].TopicId is { } id && (id.MostSignificantBits, id.LeastSignificantBits) != (0, 0) ? id.ToString() : null;
    }
}
