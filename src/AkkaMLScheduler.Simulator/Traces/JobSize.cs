namespace AkkaMLScheduler.Simulator;

/// <summary>Which of an SWF job's two sizes counts. When that one is missing, the other does.</summary>
public enum JobSize
{
    /// <summary>Field 5: the processors it got.</summary>
    Allocated,

    /// <summary>Field 8: the processors it asked for.</summary>
    Requested,
}
