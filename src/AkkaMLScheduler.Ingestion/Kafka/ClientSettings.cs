using System.Text.RegularExpressions;
using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Kafka;

/// <summary>
/// Settings of a Kafka client as a user writes them: <c>${env:NAME}</c> in a value stands for an environment variable of the process
/// that reads the topic, as in Kafka's own configuration, so that a password is in no file, no command line and no database.
/// </summary>
internal static partial class ClientSettings
{
    /// <exception cref="IngestionException">A variable is not set.</exception>
    public static ClientConfig Resolve(ClientConfig written)
        => new(written.ToDictionary(setting => setting.Key, setting => Variable().Replace(setting.Value, named => Value(setting.Key, named.Groups[1].Value))));

    private static string Value(string setting, string variable) => Environment.GetEnvironmentVariable(variable)
        ?? throw new IngestionException($"The Kafka setting '{setting}' needs the environment variable {variable}, which is not set where the topic is read.");

    [GeneratedRegex(@"\$\{env:([^}]+)\}")]
    private static partial Regex Variable();
}
