namespace AkkaMLScheduler.Scheduling;

/// <summary>How much of the idle GPUs the typical tasks could not use (FGD: Weng et al., USENIX ATC 2023).</summary>
/// <param name="MilliGpu">
/// Expected idle thousandths of a GPU, over all live nodes, that a task drawn from the typical ones cannot use. 0 while none is known.
/// </param>
/// <param name="IdleMilliGpu">All idle thousandths of a GPU on the live nodes.</param>
public sealed record Fragmentation(double MilliGpu, long IdleMilliGpu);
