namespace AkkaMLScheduler.Simulator.Report;

/// <summary>
/// Neighbouring rows of the Gantt: <paramref name="Count"/> of them from <paramref name="First"/> on, counted from 0. Where jobs share
/// devices, a thousandth of a row is the unit (<see cref="RowUnit"/>).
/// </summary>
internal readonly record struct RowRange(long First, long Count);
