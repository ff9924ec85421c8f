namespace AkkaMLScheduler.Simulator;

/// <summary>How events at the same instant are taken.</summary>
public enum EventMode
{
    /// <summary>All ends, then all submissions (in the trace's order), then one scheduling pass.</summary>
    Batch,

    /// <summary>Submissions (in the trace's order) before ends, one scheduling pass after each event, as published simulators do.</summary>
    Each,
}
