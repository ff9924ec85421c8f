using System.Globalization;
using AkkaMLScheduler.Contracts.Api;
using Spectre.Console;

namespace AkkaMLScheduler.Cli.Rendering;

/// <summary>The operators' verbs as lines, in the shape that operators of Akka.NET clusters know.</summary>
public static class OperatorLines
{
    public static Text Cluster(ClusterView view) => Lines([.. view.Members.Select(Member), $"Count: {view.Members.Count} nodes"]);

    public static Text Status(MemberView view) => Lines([Member(view)]);

    public static Text Leader(LeaderView view) => Lines([view.Address ?? "no leader"]);

    public static Text Regions(RegionsView view) =>
        Lines([.. view.Regions.Select(r => $"{r.Region} | [{r.Role}] | {(r.Here ? "region" : "proxy")}")]);

    public static Text RegionStats(RegionStatsView view) => Lines(
    [
        .. view.Members.Select(m => string.Create(
            CultureInfo.InvariantCulture,
            $"{Member(m.Member)} {(m.IsCoordinator ? "[coordinator]" : "")}({view.Region}) | shards: {m.Shards} | entities: {m.Entities}")),
        .. view.Silent.Select(address => $"{address} | did not answer"),
    ]);

    public static Text Hierarchy(HierarchyView view) => Lines(view.Truncated ? [.. view.Paths, $"... more than {view.Paths.Count}; narrow it with -s PATH or -d DEPTH"] : view.Paths);

    public static Text Lines(IEnumerable<string> lines) => new(string.Join('\n', lines) + "\n");

    private static string Member(MemberView m) =>
        $"{m.Address} | [{string.Join(",", m.Roles)}] | {m.Status} | {(m.Reachable ? "" : "unreachable")} | {m.Version}";
}
