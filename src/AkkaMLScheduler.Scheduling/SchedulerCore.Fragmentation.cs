namespace AkkaMLScheduler.Scheduling;

/// <content>What fragmentation is measured against, and how much there is.</content>
public sealed partial class SchedulerCore
{
    /// <summary>
    /// The fragmentation of the live nodes, closed ones too, for the typical tasks in force: those told by
    /// <see cref="TypicalTasksChanged"/>, else those learned from the jobs that came.
    /// </summary>
    public Fragmentation Fragmentation()
    {
        GiveBack();
        Int128 fragmented = 0;
        foreach (var node in _cluster.Nodes.All) fragmented += _cluster.Typical.Measure.Of(node.Room);
        return new Fragmentation((double)fragmented / Placing.FragmentationMeasure.Scale, _cluster.Nodes.Free.MilliGpu);
    }

    private ApplyResult Apply(TypicalTasksChanged changed)
    {
        if (TypicalTask.Problem(changed.Tasks) is { } problem) return ApplyResult.Nothing(problem);
        if (Sequences.Same(changed.Tasks, _cluster.Typical.Told)) return ApplyResult.Nothing("the typical tasks are the same");
        _cluster.Typical.Tell(changed.Tasks);
        return ApplyResult.Done;
    }
}
