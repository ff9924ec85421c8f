namespace AkkaMLScheduler.Simulator.Report;

/// <summary>A series over equal parts of time.</summary>
/// <param name="Mean">Weighted by time.</param>
/// <param name="Min">The least value held in each part.</param>
/// <param name="Max">The greatest value held in each part.</param>
internal sealed record BucketedSeries(IReadOnlyList<double> Mean, IReadOnlyList<long> Min, IReadOnlyList<long> Max);
