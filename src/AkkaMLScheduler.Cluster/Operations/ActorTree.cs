using Akka.Actor;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cluster.Operations;

/// <summary>The actors of a system as paths. Reads the tree without asking anyone, so that a stuck actor cannot hold it up.</summary>
public sealed class ActorTree(ActorSystem system)
{
    /// <summary>A node may hold a hundred thousand jobs; nobody reads that many lines, and an answer must fit the transport.</summary>
    public const int MaxPaths = 1_000;

    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)system;

    /// <returns>A <see cref="HierarchyView"/>, or <see cref="OperatorReplies.Refused"/>.</returns>
    public object Show(string? path, int depth)
    {
        if (depth is < 0 or > OperatorRequests.MaxDepth)
            return new OperatorReplies.Refused($"a depth of {depth} was asked for; from 0 to {OperatorRequests.MaxDepth} are possible");
        var from = (path ?? "/user").TrimEnd('/');
        if (Find(from.Length == 0 ? "/" : from) is not { } root)
            return new OperatorReplies.Refused($"there is no actor '{path}' here; 'amls actor hierarchy' without a path begins at /user");
        var paths = new List<string>();
        var truncated = Walk(root, depth, paths);
        return new HierarchyView(paths, truncated);
    }

    private ActorRefWithCell? Find(string path)
    {
        var actor = _system.Provider.RootGuardian as ActorRefWithCell;
        var elements = path.Split('/', StringSplitOptions.RemoveEmptyEntries);

        // An address in front is ours or another's; only ours can be looked into.
        if (path.Contains("://", StringComparison.Ordinal))
        {
            if (!ActorPath.TryParse(path, out var parsed) || parsed.Address.System != _system.Name) return null;
            if (!parsed.Address.HasLocalScope && !parsed.Address.Equals(_system.Provider.DefaultAddress)) return null;
            elements = [.. parsed.Elements];
        }

        foreach (var name in elements) actor = actor is null ? null : Child(actor, name);
        return actor;
    }

    private static ActorRefWithCell? Child(ActorRefWithCell parent, string name) => parent.GetSingleChild(name) as ActorRefWithCell;

    /// <returns>Whether some were left out.</returns>
    private static bool Walk(ActorRefWithCell actor, int depth, List<string> paths)
    {
        if (paths.Count >= MaxPaths) return true;
        paths.Add(actor.Path.ToStringWithoutAddress());
        if (depth == 0) return false;
        foreach (var child in actor.Children.OfType<ActorRefWithCell>().OrderBy(c => c.Path.Name, StringComparer.Ordinal))
        {
            if (Walk(child, depth - 1, paths)) return true;
        }

        return false;
    }
}
