namespace AkkaMLScheduler.Simulator.Report;

/// <summary>Neighbouring rows of the Gantt: <paramref name="Count"/> of them from <paramref name="First"/> on, counted from 0.</summary>
internal readonly record struct RowRange(long First, long Count);
