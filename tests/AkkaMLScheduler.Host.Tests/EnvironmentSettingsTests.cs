using AkkaMLScheduler.Host.Configuration;

namespace AkkaMLScheduler.Host.Tests;

public sealed class EnvironmentSettingsTests
{
    [Fact]
    public void The_names_of_a_Lighthouse_say_who_a_node_is()
    {
        var settings = Load(
            ("ACTORSYSTEM", "ml"), ("CLUSTER_IP", "127.0.0.1"), ("CLUSTER_PORT", "4053"),
            ("CLUSTER_SEEDS", "akka.tcp://ml@127.0.0.1:4053, akka.tcp://ml@127.0.0.1:4054"));

        Assert.Equal(("ml", "127.0.0.1", 4053), (settings.System, settings.Host.ToString(), settings.Port));
        Assert.Equal(["akka.tcp://ml@127.0.0.1:4053", "akka.tcp://ml@127.0.0.1:4054"], settings.Seeds);
    }

    [Fact]
    public void A_name_that_is_not_this_machines_is_for_peers_and_needs_TLS() =>
        Assert.Contains("remoting without TLS", Assert.Throws<SettingsException>(() => Load(("CLUSTER_IP", "worker-0.workers"))).Message);

    [Fact]
    public void Our_settings_and_the_librarys_are_named_by_their_path()
    {
        var settings = Load(
            ("AMLS__NODE__NAME", "from-env"), ("AMLS__HTTP__METRICS_OPEN", "on"), ("AMLS__NODE__ROLES__0", "worker"), ("AMLS__DATA_DIR", "/a \"b\"\\c"),
            ("AKKA__CLUSTER__FAILURE_DETECTOR__ACCEPTABLE_HEARTBEAT_PAUSE", "9s"), ("AMLS_SERVER", "http://x"), ("PATH", "/bin"));

        Assert.Equal(("from-env", true, "/a \"b\"\\c"), (settings.Name, settings.Access.MetricsOpen, settings.DataDir));
        Assert.Equal(["worker"], settings.Roles);
        Assert.Equal(TimeSpan.FromSeconds(9), NodeHocon.Of(settings).GetTimeSpan("akka.cluster.failure-detector.acceptable-heartbeat-pause"));
    }

    [Fact]
    public void What_the_library_calls_by_its_own_name_means_ours()
    {
        var settings = Load(
            ("AKKA__CLUSTER__SEED_NODES__1", "akka.tcp://amls@127.0.0.1:2"), ("AKKA__CLUSTER__SEED_NODES__0", "akka.tcp://amls@127.0.0.1:1"),
            ("AKKA__CLUSTER__ROLES__0", "scheduler"), ("AKKA__REMOTE__DOT_NETTY__TCP__PORT", "4077"));

        Assert.Equal(["akka.tcp://amls@127.0.0.1:1", "akka.tcp://amls@127.0.0.1:2"], settings.Seeds);
        Assert.Equal(["scheduler"], settings.Roles);
        Assert.Equal(4077, settings.Port);
    }

    [Fact]
    public void The_environment_beats_the_configuration_file()
    {
        var settings = NodeSettings.Load("amls { node { name = from-file, port = 1 } }\n" + EnvironmentSettings.ToHocon(
            new Dictionary<string, string> { ["AMLS__NODE__NAME"] = "from-env" }));

        Assert.Equal(("from-env", 1), (settings.Name, settings.Port));
    }

    [Theory]
    [InlineData("AMLS__NODE__NAEM", "x", "there is no setting 'amls.node.naem'; did you mean 'name'?")]
    [InlineData("AMLS__", "x", "AMLS__ names no setting")]
    [InlineData("AMLS__NODE__SEEDS__1", "akka.tcp://amls@127.0.0.1:1", "number them from 0 without a gap")]
    [InlineData("CLUSTER_PORT", "many", "CLUSTER_PORT is 'many'")]
    [InlineData("CLUSTER_SEEDS", "127.0.0.1:4053", "write akka.tcp://amls@HOST:PORT")]
    public void A_variable_that_says_nothing_is_named(string name, string value, string expected) =>
        Assert.Contains(expected, Assert.Throws<SettingsException>(() => Load((name, value))).Message);

    private static NodeSettings Load(params (string Name, string Value)[] variables) =>
        NodeSettings.Load(EnvironmentSettings.ToHocon(variables.ToDictionary(v => v.Name, v => v.Value)));
}
