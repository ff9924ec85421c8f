using AkkaMLScheduler.Cluster.Scheduler;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.ClusterTests.Audit;

/// <summary>
/// Goes through the ledger with an account of its own, that knows nothing of the core: what each life of a node holds never exceeds what
/// it offers, no GPU has two holders, and each attempt gets a place at most once.
/// </summary>
internal static class LedgerAudit
{
    public static IEnumerable<string> Findings(IEnumerable<LedgerEntry> ledger)
    {
        var up = new Dictionary<string, NodeCapacity>();
        var requests = new Dictionary<(string Job, int Attempt), JobRequest>();
        var held = new Dictionary<(string Job, int Attempt), IReadOnlyList<Placement>>();
        var started = new HashSet<(string Job, int Attempt)>();
        foreach (var entry in ledger)
        {
            foreach (var input in entry.Inputs.Select(input => input.Input))
            {
                switch (input)
                {
                    case JobQueued queued: requests[(queued.Request.Job, queued.Request.Attempt)] = queued.Request; break;
                    case JobEnded ended:
                        foreach (var over in held.Keys.Where(key => key.Job == ended.Job && key.Attempt <= ended.Attempt).ToList()) held.Remove(over);
                        break;
                    case NodeUp node: up[node.Capacity.Node] = node.Capacity; break;
                    case NodeLost lost: up.Remove(lost.Node); break;
                }
            }

            foreach (var start in entry.Starts)
            {
                var key = (start.Job, start.Attempt);
                if (!started.Add(key)) yield return $"ledger: {key} starts twice";
                if (held.Keys.Any(other => other.Job == start.Job)) yield return $"ledger: {key} starts while another attempt holds its place";
                if (!requests.TryGetValue(key, out var request)) yield return $"ledger: {key} starts without having been queued";
                else if (request.Tasks != start.Placements.Count) yield return $"ledger: {key} starts {start.Placements.Count} of {request.Tasks} tasks";
                held[key] = start.Placements;
                foreach (var place in start.Placements.Where(p => up.GetValueOrDefault(p.Node)?.Incarnation != p.Incarnation))
                    yield return $"ledger: {key} is placed on {place.Node} ({place.Incarnation}), which is not up";
            }

            foreach (var finding in Overcommitted(up.Values, held, requests)) yield return $"ledger at {entry.At:O}: {finding}";
        }

        foreach (var key in held.Keys) yield return $"ledger: {key} still holds its place at the end";
    }

    private static IEnumerable<string> Overcommitted(
        IEnumerable<NodeCapacity> up, Dictionary<(string Job, int Attempt), IReadOnlyList<Placement>> held,
        Dictionary<(string Job, int Attempt), JobRequest> requests)
    {
        foreach (var node in up)
        {
            var here = held
                .SelectMany(h => h.Value, (h, place) => (h.Key, Place: place))
                .Where(h => h.Place.Node == node.Node && h.Place.Incarnation == node.Incarnation && requests.ContainsKey(h.Key))
                .Select(h => (h.Key, h.Place, Needs: requests[h.Key].PerTask))
                .ToList();
            if (here.Sum(h => h.Needs.MilliCpu) > node.Capacity.MilliCpu) yield return $"{node.Node} gives more CPU than it has";
            if (here.Sum(h => h.Needs.MemoryBytes) > node.Capacity.MemoryBytes) yield return $"{node.Node} gives more memory than it has";
            foreach (var gpu in here.SelectMany(h => h.Place.Gpus, (h, gpu) => (gpu, h.Key)).GroupBy(g => g.gpu).Where(g => g.Count() > 1))
                yield return $"GPU {gpu.Key} of {node.Node} has holders {string.Join(" and ", gpu.Select(g => g.Key))}";
            foreach (var h in here.Where(h => h.Place.Gpus.Count * (long)Resources.PerGpu != h.Needs.MilliGpu))
                yield return $"{h.Key} asks for {h.Needs.MilliGpu} thousandths of a GPU and got [{string.Join(',', h.Place.Gpus)}]";
        }
    }
}
