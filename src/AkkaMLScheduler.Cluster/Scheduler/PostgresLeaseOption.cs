using Akka.Actor.Setup;
using Akka.Hosting;
using Akka.Hosting.Coordination;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>Names <see cref="PostgresLease"/> to Akka.Hosting; its settings stand in HOCON at <see cref="ConfigPath"/>.</summary>
public sealed class PostgresLeaseOption : LeaseOptionBase
{
    public override string ConfigPath => "akka.coordination.lease.postgresql";

    public override Type Class => typeof(PostgresLease);

    public override void Apply(AkkaConfigurationBuilder builder, Setup? setup = null)
    {
    }
}
