using System.Numerics;
using AkkaMLScheduler.Scheduling.State;

namespace AkkaMLScheduler.Scheduling.Placing;

/// <summary>
/// The score of every node for one shape of task, kept over decisions: only nodes that have changed since are scored again. The order of
/// nodes is that of their names, so that the first of the highest scores is the choice.
/// </summary>
internal sealed class FgdScores
{
    private readonly TaskShape _shape;
    private readonly NodeIndex _nodes;
    private readonly FragmentationMeasure _measure;

    /// <summary>0 where the task does not fit, else the score plus 1.</summary>
    private readonly byte[] _scores;
    private readonly int[] _versions;
    private long _seen;

    public FgdScores(in TaskShape shape, NodeIndex nodes, FragmentationMeasure measure)
    {
        _shape = shape;
        _nodes = nodes;
        _measure = measure;
        _scores = new byte[nodes.Count];
        _versions = new int[nodes.Count];
        Array.Fill(_versions, -1);
        _seen = long.MinValue;
    }

    public NodeState? Best(Func<NodeState, bool>? allowed)
    {
        Update();
        if (allowed is not null) return BestOf(allowed);
        var highest = Highest(_scores);
        return highest == 0 ? null : _nodes.ByName[_scores.AsSpan().IndexOf(highest)];
    }

    private static byte Highest(ReadOnlySpan<byte> scores)
    {
        var highest = Vector<byte>.Zero;
        var at = 0;
        for (; at <= scores.Length - Vector<byte>.Count; at += Vector<byte>.Count) highest = Vector.Max(highest, new Vector<byte>(scores[at..]));
        byte most = 0;
        for (var lane = 0; lane < Vector<byte>.Count; lane++) most = Math.Max(most, highest[lane]);
        for (; at < scores.Length; at++) most = Math.Max(most, scores[at]);
        return most;
    }

    private NodeState? BestOf(Func<NodeState, bool> allowed)
    {
        NodeState? best = null;
        byte highest = 0;
        for (var at = 0; at < _scores.Length; at++)
        {
            if (_scores[at] <= highest || !allowed(_nodes.ByName[at])) continue;
            highest = _scores[at];
            best = _nodes.ByName[at];
        }

        return best;
    }

    private void Update()
    {
        if (_nodes.ChangedSince(_seen) is { } changed)
        {
            for (var i = changed.First; i < changed.End; i++) Score(_nodes.Changed(i));
        }
        else
        {
            foreach (var node in _nodes.ByName) Score(node);
        }

        _seen = _nodes.Changes;
    }

    private void Score(NodeState node)
    {
        if (_versions[node.Rank] == node.Version) return;
        _versions[node.Rank] = node.Version;
        _scores[node.Rank] = !node.IsOpen || !node.Room.Fits(_shape.Ask) || !_shape.Matches(node)
            ? (byte)0
            : (byte)(FragmentationScore.Of(_measure.Change(node.Room, _shape.Ask, out _)) + 1);
    }
}
