namespace AkkaMLScheduler.Simulator;

/// <summary>The traces that can be read.</summary>
public enum TraceFormat
{
    /// <summary>Standard Workload Format (Feitelson, version 2.2).</summary>
    Swf,

    /// <summary>The pod list of Alibaba's GPU cluster trace of 2023 (ATC'23), as CSV.</summary>
    Openb,

    /// <summary>A table of Microsoft's Philly jobs, as CSV: timestamp, duration, num_gpus, gpu_time, cluster.</summary>
    Philly,
}
