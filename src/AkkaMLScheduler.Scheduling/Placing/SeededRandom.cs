using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>
/// Any node that fits, each as likely as the others. The draw is a hash of the seed, the attempt, the rank and the node's name (highest
/// random weight, Thaler and Ravishankar 1998), so that it is the same on any machine and in any order of nodes.
/// </summary>
internal sealed class SeededRandom(long seed) : INodeChoice
{
    public double Cost(ClusterState cluster, NodeState node, NodeRoom room, in TaskToPlace task)
    {
        var hash = Mix((ulong)seed);
        foreach (var letter in task.Request.Job) hash = Mix(hash ^ letter);
        hash = Mix(hash ^ ((ulong)(uint)task.Request.Attempt << 32 | (uint)task.Rank));
        foreach (var letter in node.Name) hash = Mix(hash ^ letter);
        return hash >> 11;
    }

    /// <summary>The finaliser of SplitMix64 (Steele et al. 2014).</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
