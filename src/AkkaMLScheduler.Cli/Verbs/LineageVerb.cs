using System.CommandLine;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>What a version was made from, and what was made from it.</summary>
internal static class LineageVerb
{
    private static readonly Argument<string> Reference = new("reference")
    {
        Description = "NAME (the newest version), NAME@3, NAME@tag or NAME@TIME; or the word job, for the job whose id follows.",
    };

    private static readonly Argument<string?> Job = new("id") { Description = "The job.", Arity = ArgumentArity.ZeroOrOne };

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
        var lineage = new Command("lineage", "What a version of a dataset, or a job, was made from, and all that was made from it.") { Reference, Job, Output };
        catalogs.AddTo(lineage);
        lineage.SetAction(async (parse, ct) =>
        {
            await using var catalog = await catalogs.OpenAsync(parse, ct);
            var all = await catalog.LineageAsync(ct);
            var view = (parse.GetValue(Reference), parse.GetValue(Job)) switch
            {
                ("job", { } id) => await OfJobAsync(catalog, id, all, ct),
                (_, { } more) => throw new UserError($"'{more}' is one word too many; a job's lineage is 'amls lineage job ID'"),
                ({ } reference, null) => OfVersion((await DatasetVerbs.FindAsync(catalog, reference, ct)).Version, all),
                _ => throw new UserError("which version? 'amls lineage NAME@3', or 'amls lineage job ID'"),
            };
            if (parse.GetValue(Output) == LineageFormat.Dot) Console.Write(Dot(view));
            else (parse.GetValue(Output) == LineageFormat.Json ? OutputFormat.Json : OutputFormat.Table).Write(view, DataJson.Default.LineageView, DataTables.Lineage);
            return ExitCodes.Success;
        });
        return lineage;
    }

    private static LineageView OfVersion(DatasetVersion version, IReadOnlyList<LineageEdge> all) => new(
        version.ToString(),
        [.. Ancestors(version, all).Concat(Reached(version, all, edge => edge.Parent, edge => edge.Child)).Select(EdgeView.Of)]);

    /// <summary>A job reads the versions that its inputs were pinned to when it was accepted.</summary>
    private static async Task<LineageView> OfJobAsync(LakeCatalog catalog, string id, IReadOnlyList<LineageEdge> all, CancellationToken ct)
    {
        if (await (await CatalogOptions.JobsAsync(catalog, ct)).JobAsync(new JobId(id), ct) is not { } job)
            throw new UserError($"there is no job '{id}'; 'amls jobs' lists all");
        var name = $"job {id}";
        var inputs = job.Spec.Inputs.Select(DatasetVersion.Parse).ToList();
        var before = inputs.SelectMany(input => Ancestors(input, all)).Distinct();
        return new LineageView(name, [.. inputs.Select(input => new EdgeView(input.ToString(), name)), .. before.Select(EdgeView.Of)]);
    }

    private static IEnumerable<LineageEdge> Ancestors(DatasetVersion version, IReadOnlyList<LineageEdge> all) =>
        Reached(version, all, edge => edge.Child, edge => edge.Parent);

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
