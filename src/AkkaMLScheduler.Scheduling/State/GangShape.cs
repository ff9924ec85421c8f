namespace AkkaMLScheduler.Scheduling.State;

/// <summary>
/// A gang's least size and what each task needs: gangs of equal shape fit, or do not, together. There is one object for all pending
/// jobs of a shape, so that what a cycle finds out about it is noted here, under the cycle's number, and looked up in one step.
/// </summary>
internal sealed class GangShape(TaskShape shape)
{
    public TaskShape Shape { get; } = shape;

    /// <summary>Pending jobs of this shape.</summary>
    public int Jobs { get; set; }

    /// <summary>
    /// Stands for it in sets of shapes kept as bits; none once there are more shapes than bits, and then it is in no such set.
    /// </summary>
    public ulong Bit { get; init; }

    /// <summary>The latest cycle in which it was seen not to fit.</summary>
    public long NotFittingIn { get; set; }

    /// <summary>The latest cycle that reported a job of it as blocked.</summary>
    public long ReportedIn { get; set; }

    /// <summary>The latest cycle whose <see cref="Skips"/> hold it.</summary>
    public long SkippedIn { get; set; }

    /// <summary>The latest cycle in which only short jobs of it are looked at.</summary>
    public long ShortOnlyIn { get; set; }

    /// <summary>What the empty cluster holds of it; kept by <see cref="ClusterState"/>.</summary>
    public ClusterState.Room RoomWhenEmpty { get; set; }

    /// <summary>The state of the node set that this was counted for.</summary>
    public int RoomCountedFor { get; set; }
}
