namespace AkkaMLScheduler.Scheduling.Tests.Properties;

/// <summary>Adds up for itself who holds what, and compares with capacity and with what the core says is free.</summary>
internal static class Witness
{
    public static void SeesNothingOverAllocated(SchedulerCore core)
    {
        var nodes = core.Nodes();
        var used = nodes.ToDictionary(node => (node.Node, node.Capacity.Incarnation), _ => Resources.None);
        var devices = new Dictionary<(string Node, string Incarnation, int Gpu), (long Milli, List<JobAttempt> Holders)>();
        foreach (var held in core.Allocations())
        {
            Assert.InRange(held.Placements.Count, held.Request.FewestTasks, held.Request.Tasks);
            foreach (var placement in held.Placements)
            {
                Assert.Equal(held.Request.PerTask.GpuDevices, placement.Gpus.Distinct().Count());
                foreach (var gpu in placement.Gpus)
                {
                    var device = (placement.Node, placement.Incarnation, gpu);
                    var (milli, holders) = devices.GetValueOrDefault(device, (0, []));
                    devices[device] = (milli + Math.Min(held.Request.PerTask.MilliGpu, Resources.PerGpu), [.. holders, held.Request.Id]);
                }

                var life = (placement.Node, placement.Incarnation);
                if (used.TryGetValue(life, out var sum)) used[life] = sum + held.Request.PerTask;
            }
        }

        foreach (var node in nodes)
        {
            var sum = used[(node.Node, node.Capacity.Incarnation)];
            Assert.True(node.Capacity.Capacity.Covers(sum), $"{node.Node} holds {sum} of {node.Capacity.Capacity}");
            Assert.Equal(node.Capacity.Capacity - sum, node.Free);
            for (var gpu = 0; gpu < node.Gpus.Count; gpu++)
            {
                var (milli, holders) = devices.GetValueOrDefault((node.Node, node.Capacity.Incarnation, gpu), (0, []));
                Assert.True(milli <= Resources.PerGpu, $"{milli} thousandths of GPU {gpu} of {node.Node} are held");
                Assert.Equal((int)(Resources.PerGpu - milli), node.Gpus[gpu].FreeMilli);
                Assert.Equal(holders, node.Gpus[gpu].Holders);
            }
        }
    }
}
