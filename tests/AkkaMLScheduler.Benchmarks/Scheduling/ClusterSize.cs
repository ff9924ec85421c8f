namespace AkkaMLScheduler.Benchmarks.Scheduling;

/// <summary>How much there is to schedule: ten pending jobs for each node, and one user for every ten nodes.</summary>
internal readonly record struct ClusterSize(int Nodes)
{
    public int Jobs => 10 * Nodes;

    public int Users => Nodes / 10;

    public override string ToString() => $"{Nodes:N0} nodes x 8 GPUs, {Jobs:N0} pending jobs of {Users:N0} users";
}
