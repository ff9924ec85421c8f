namespace AkkaMLScheduler.Simulator.Report;

/// <summary>One replay shown on a report page.</summary>
/// <param name="Label">Names it in tables and legends, for example <c>fifo+easy</c>; any text.</param>
/// <param name="Result">What the replay gave.</param>
public sealed record ReportRun(string Label, SimulationResult Result);
