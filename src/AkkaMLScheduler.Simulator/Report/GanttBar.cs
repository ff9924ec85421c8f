namespace AkkaMLScheduler.Simulator.Report;

/// <summary>A job's stretch of time on its rows.</summary>
/// <param name="Time">Whose, when, on which nodes.</param>
/// <param name="Rows">Rows over the whole cluster; none when it has no rows of its own (it shares a GPU, or takes none).</param>
internal sealed record GanttBar(Occupancy Time, IReadOnlyList<RowRange> Rows);
