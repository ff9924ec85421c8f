namespace AkkaMLScheduler.Simulator.Report;

/// <summary>A job's stretch of time on its rows.</summary>
/// <param name="Time">Whose, when, on which nodes.</param>
/// <param name="Rows">Rows over the whole cluster; none when it takes none of what the rows stand for, or no room was found.</param>
internal sealed record GanttBar(Occupancy Time, IReadOnlyList<RowRange> Rows);
