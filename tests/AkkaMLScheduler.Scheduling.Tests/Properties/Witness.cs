namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>Adds up for itself who holds what, and compares with capacity and with what the core says is free.</summary>
internal static class Witness
{
    public static void SeesNothingOverAllocated(SchedulerCore core)
    {
        var nodes = core.Nodes();
        var used = nodes.ToDictionary(node => (node.Node, node.Capacity.Incarnation), _ => Resources.None);
        var slots = new Dictionary<(string Node, string Incarnation, int Gpu), JobAttempt>();
        foreach (var held in core.Allocations())
        {
            Assert.Equal(held.Request.Tasks, held.Placements.Count);
            foreach (var placement in held.Placements)
            {
                Assert.Equal(held.Request.PerTask.Gpus, placement.Gpus.Distinct().Count());
                foreach (var gpu in placement.Gpus)
                    Assert.True(slots.TryAdd((placement.Node, placement.Incarnation, gpu), held.Request.Id), "one GPU slot, two holders");
                var life = (placement.Node, placement.Incarnation);
                if (used.TryGetValue(life, out var sum)) used[life] = sum + held.Request.PerTask;
            }
        }

        foreach (var node in nodes)
        {
            var sum = used[(node.Node, node.Capacity.Incarnation)];
            Assert.True(node.Capacity.Capacity.Covers(sum), $"{node.Node} holds {sum} of {node.Capacity.Capacity}");
            Assert.Equal(node.Capacity.Capacity - sum, node.Free);
            for (var gpu = 0; gpu < node.GpuHolders.Count; gpu++)
            {
                JobAttempt? expected = slots.TryGetValue((node.Node, node.Capacity.Incarnation, gpu), out var holder) ? holder : null;
                Assert.Equal(expected, node.GpuHolders[gpu]);
            }
        }
    }
}
