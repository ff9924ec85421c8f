namespace AkkaMLScheduler.Workloads.Stepping;

/// <summary>How one step of a task ended.</summary>
internal enum StepEnd
{
    Done,

    /// <summary>Done, and every rank of the gang has agreed to stop after it.</summary>
    DoneThenStop,

    /// <summary>Broken off because a stop was asked for; the state is that of the step before.</summary>
    Abandoned,
}
