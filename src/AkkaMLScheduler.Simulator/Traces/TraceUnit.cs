namespace AkkaMLScheduler.Simulator;

/// <summary>What a trace counts the size of a job in, and so the size of the cluster it is replayed on.</summary>
public enum TraceUnit
{
    Processors,

    /// <summary>A share of a device counts as that share of one.</summary>
    Gpus,
}
