using Akka.Configuration;
using AkkaMLScheduler.Cluster.Wire;
using AkkaMLScheduler.Contracts.Wire;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>What Akka.NET is told of a node before anything else: its files, and what the user laid over them.</summary>
public static class NodeHocon
{
    /// <summary>The user's settings over the stop's table over <c>hocon/akka.conf</c>.</summary>
    public static Config Of(NodeSettings settings) => ConfigurationFactory.ParseString(settings.Overrides)
        .WithFallback(ConfigurationFactory.ParseString(ShutdownPhases.Hocon()))
        .WithFallback(ConfigurationFactory.ParseString(HoconText.Akka));

    /// <summary>Every type of the two wire formats, bound to its serializer.</summary>
    public static Config WireBindings()
    {
        var bindings = ContractsSerializer.Types.Select(t => (t, "amls-contracts")).Concat(LedgerSerializer.Types.Select(t => (t, "amls-ledger")))
            .Select(b => $"\"{b.t.Json.Type.FullName}, {b.t.Json.Type.Assembly.GetName().Name}\" = {b.Item2}");
        return ConfigurationFactory.ParseString("akka.actor.serialization-bindings {\n" + string.Join('\n', bindings) + "\n}");
    }
}
