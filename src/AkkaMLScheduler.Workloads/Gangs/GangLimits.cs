namespace AkkaMLScheduler.Workloads.Gangs;

/// <summary>How long a rank waits for the others.</summary>
/// <param name="Rendezvous">For all ranks to be there: they load data and model before.</param>
/// <param name="Handshake">For one connection's greeting or answer, so that a stray cannot hold up the gang.</param>
/// <param name="Silence">Without a single byte, not even a heartbeat, before a peer counts as lost.</param>
/// <param name="Heartbeat">Between signs of life of a rank that computes.</param>
internal sealed record GangLimits(TimeSpan Rendezvous, TimeSpan Handshake, TimeSpan Silence, TimeSpan Heartbeat)
{
    public static GangLimits Default { get; } = new(
        Rendezvous: TimeSpan.FromSeconds(60),
        Handshake: TimeSpan.FromSeconds(2),
        Silence: TimeSpan.FromSeconds(10),
        Heartbeat: TimeSpan.FromSeconds(1));
}
