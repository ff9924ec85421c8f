using Akka.Event;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>Stands where the actor system would write to standard output, which belongs to the user's data: the node's log file has it all.</summary>
public sealed class SilentLogger : MinimalLogger
{
    protected override void Log(object message)
    {
    }
}
