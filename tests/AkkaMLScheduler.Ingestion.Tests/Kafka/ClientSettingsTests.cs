using AkkaMLScheduler.Ingestion.Kafka;
using Confluent.Kafka;

namespace AkkaMLScheduler.Ingestion.Tests.Kafka;

public sealed class ClientSettingsTests
{
    [Fact]
    public void A_setting_takes_its_value_from_the_environment()
    {
        const string Variable = "AMLS_TEST_KAFKA_PASSWORD";
        Environment.SetEnvironmentVariable(Variable, "a=b${env:C}");
        try
        {
            var settings = ClientSettings.Resolve(Written($"user ${{env:{Variable}}}!"));
            Assert.Equal("user a=b${env:C}!", settings.SaslPassword);
            Assert.Equal("127.0.0.1:9092", settings.BootstrapServers);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public void A_variable_that_is_not_set_is_named_with_its_setting()
    {
        var refused = Assert.Throws<IngestionException>(() => ClientSettings.Resolve(Written("${env:AMLS_TEST_NOT_SET}")));
        Assert.Contains("'sasl.password' needs the environment variable AMLS_TEST_NOT_SET", refused.Message, StringComparison.Ordinal);
    }

    private static ClientConfig Written(string password) => new() { BootstrapServers = "127.0.0.1:9092", SaslPassword = password };
}
