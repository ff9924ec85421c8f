using System.CommandLine;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cli.Rendering;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>What a version was made from, and what was made from it.</summary>
internal static class LineageVerb
{
    private static readonly Argument<string> Reference = new("reference") { Description = "NAME (the newest version), NAME@3 or NAME@tag." };

    private static readonly Option<LineageFormat> Output = new("--output", "-o") { Description = "table, json, or dot for Graphviz." };

    private enum LineageFormat
    {
        Table,
        Json,
        Dot,
    }

    public static Command Create()
    {
        var catalogs = new CatalogOptions();
        var lineage = new Command("lineage", "What a version of a dataset was made from, and all that was made from it.") { Reference, Output };
        catalogs.AddTo(lineage);
        lineage.SetAction(async (parse, ct) =>
        {
            await using var catalog = await catalogs.OpenAsync(parse, ct);
            var version = (await DatasetVerbs.FindAsync(catalog, parse.GetValue(Reference)!, ct)).Version;
            var all = await catalog.LineageAsync(ct);
            List<LineageEdge> edges = [.. Reached(version, all, edge => edge.Child, edge => edge.Parent), .. Reached(version, all, edge => edge.Parent, edge => edge.Child)];
            var view = new LineageView(version.ToString(), [.. edges.Select(edge => new EdgeView(edge.Parent.ToString(), edge.Child.ToString()))]);
            if (parse.GetValue(Output) == LineageFormat.Dot) Console.Write(Dot(view));
            else (parse.GetValue(Output) == LineageFormat.Json ? OutputFormat.Json : OutputFormat.Table).Write(view, DataJson.Default.LineageView, DataTables.Lineage);
            return ExitCodes.Success;
        });
        return lineage;
    }

    /// <summary>The edges on all ways from a version in one direction, nearest first.</summary>
    private static IEnumerable<LineageEdge> Reached(
        DatasetVersion start, IReadOnlyList<LineageEdge> all, Func<LineageEdge, DatasetVersion> near, Func<LineageEdge, DatasetVersion> far)
    {
        var from = all.ToLookup(near);
        var seen = new HashSet<DatasetVersion> { start };
        var next = new Queue<DatasetVersion>(seen);
        while (next.TryDequeue(out var version))
        {
            foreach (var edge in from[version])
            {
                yield return edge;
                if (seen.Add(far(edge))) next.Enqueue(far(edge));
            }
        }
    }

    private static string Dot(LineageView view)
    {
        var edges = view.Edges.Select(edge => $"  \"{edge.Parent}\" -> \"{edge.Child}\";");
        return string.Join('\n', ["digraph lineage {", "  rankdir=LR;", $"  \"{view.Version}\" [style=bold];", .. edges, "}", ""]);
    }
}
