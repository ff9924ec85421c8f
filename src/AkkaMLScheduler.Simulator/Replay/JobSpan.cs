namespace AkkaMLScheduler.Simulator;

/// <summary>One time that a job ran, in seconds from the trace's origin, and the nodes it ran on, joined by <c>+</c>.</summary>
public sealed record JobSpan(long Start, long End, string Node);
