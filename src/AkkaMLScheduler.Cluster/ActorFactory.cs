using Akka.Actor;

namespace AkkaMLScheduler.Cluster;

/// <summary>
/// Makes actors by a plain delegate. <c>Props.Create(() => new …)</c> takes its lambda apart as an expression tree and compiles it each
/// time, which costs more than all else that a short job does; this is for actors that come by the thousand.
/// </summary>
public sealed class ActorFactory<T>(Func<T> create) : IIndirectActorProducer
    where T : ActorBase
{
    public Type ActorType => typeof(T);

    public ActorBase Produce() => create();

    public void Release(ActorBase actor)
    {
        // Nothing is pooled.
    }
}
