namespace AkkaMLScheduler.Contracts;

/// <summary>Where one rank runs: the node, that node's incarnation when it was chosen, and the GPU slots by index.</summary>
/// <param name="Incarnation">Drawn anew each time a node's worker starts: a task placed on an earlier incarnation is never started on a later one.</param>
public sealed record TaskPlacement(int Rank, string Node, string Incarnation, IReadOnlyList<int> Gpus);
