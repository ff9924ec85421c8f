namespace AkkaMLScheduler.Scheduling;

/// <summary>One life of a node.</summary>
public sealed record NodeLife(string Node, string Incarnation);
