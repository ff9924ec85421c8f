using AkkaMLScheduler.Ingestion.Files;
using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>A topic as input of a pipeline.</summary>
/// <param name="Source">Broker, topic, and where to end.</param>
public sealed record KafkaInput(KafkaSourceSettings Source)
{
    /// <summary>
    /// Consumer group whose members share the topic's partitions among them; one that comes or goes makes them share anew. Null: the
    /// partitions are given.
    /// </summary>
    public string? Group { get; init; }

    /// <summary>Without a group, the partitions to read; null = all that the topic has when the run starts.</summary>
    public IReadOnlyList<int>? Partitions { get; init; }

    /// <summary>
    /// Name of the cluster in rows and offsets; null = the id that the cluster gives itself. Give one when that id does not outlive
    /// the broker, as with <see cref="MockBroker"/>, or when it says nothing to a reader.
    /// </summary>
    public string? ClusterName { get; init; }

    /// <summary>
    /// Whether the id that the cluster gives itself must stay the same under <see cref="ClusterName"/>. Off only for a broker that is
    /// refilled with the same records at the same offsets, see <see cref="BoundedProducer"/>.
    /// </summary>
    public bool PinClusterId { get; init; } = true;

    /// <summary>How record values are written: JSON lines or text.</summary>
    public FileFormat Format { get; init; } = FileFormat.JsonLines;

    /// <summary>The same as a user wants it read.</summary>
    /// <param name="client">Settings of the client beside the address of its brokers.</param>
    /// <param name="group">See <see cref="Group"/>.</param>
    /// <param name="cluster">See <see cref="ClusterName"/>: the id of a cluster that is given a name is not asked for.</param>
    public KafkaInput With(IReadOnlyDictionary<string, string> client, string? group, string? cluster) => this with
    {
        Source = Source with
        {
            Client = new ClientConfig(client.ToDictionary()) { BootstrapServers = Source.Client.BootstrapServers },
        },
        Group = group,
        ClusterName = cluster,
        PinClusterId = cluster is null,
    };

    /// <summary>Id of the topic in rows, rejects and offsets.</summary>
    public static string UriOf(string cluster, string topic) => $"kafka://{cluster}/{topic}";
}
