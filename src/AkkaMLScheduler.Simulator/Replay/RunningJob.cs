namespace AkkaMLScheduler.Simulator;

/// <summary>One attempt that runs; times are seconds from the trace's origin.</summary>
/// <param name="Index">The job's place in the trace.</param>
/// <param name="Attempt">From 1; one more after each preemption.</param>
/// <param name="Start">When this attempt started.</param>
/// <param name="End">When it ends if nobody stops it.</param>
/// <param name="PredictedEnd">When it would end by its user's estimate; not before <paramref name="End"/>.</param>
/// <param name="Nodes">Where, joined by <c>+</c>.</param>
internal sealed record RunningJob(int Index, int Attempt, long Start, long End, long PredictedEnd, string Nodes);
