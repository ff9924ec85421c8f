using System.CommandLine;
using System.Globalization;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>The verbs that talk to a running node over HTTP.</summary>
public static class ClientVerbs
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(300);

    private static readonly Option<string> Server = new("--server", "-s")
    {
        Description = "Address of a node's HTTP API; also from AMLS_SERVER.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("AMLS_SERVER") is { Length: > 0 } address ? address : ApiClient.DefaultServer,
    };

    private static readonly Option<OutputFormat> Output = new("--output", "-o") { Description = "table or json." };

    private static readonly Argument<string> Id = new("id") { Description = "The job's id." };

    public static IEnumerable<Command> All() => [Submit(), Apply(), Delete(), Get(), Describe(), Explain(), Logs(), Metrics(), Hold(), Resume(), Cancel(), Wait()];

    private static Command Submit()
    {
        var file = new Argument<string>("file") { Description = "The job spec, YAML or JSON; - reads standard input." };
        var id = new Option<string?>("--id") { Description = "The job's id; by default drawn from its name. The same id and spec again change nothing." };
        return Verb("submit", "Submits a job.", [file, id, Output], async (parse, client, ct) =>
        {
            var accepted = await client.SubmitAsync(await ReadSpecAsync(parse.GetValue(file)!, ct), parse.GetValue(id), Environment.UserName, ct);
            parse.GetValue(Output).Write(accepted, ApiJson.Default.SubmissionView, a => new Text($"{a.Id}\n"));
            return ExitCodes.Success;
        });
    }

    private static Command Apply()
    {
        var file = new Option<string>("--file", "-f") { Description = "The pipeline, YAML or JSON; - reads standard input.", Required = true };
        return Verb("apply", "Starts an ingestion pipeline on the cluster, or changes it. The same again changes nothing.", [file, Output], async (parse, client, ct) =>
        {
            var applied = await client.ApplyAsync(await ReadSpecAsync(parse.GetValue(file)!, ct), Environment.UserName, ct);
            parse.GetValue(Output).Write(applied, ApiJson.Default.AppliedView, a => new Text($"pipeline {a.Name} {(a.Changed ? "applied" : "unchanged")}\n"));
            return ExitCodes.Success;
        });
    }

    private static Command Delete()
    {
        var name = new Argument<string>("name") { Description = "The pipeline's name." };
        var delete = new Command("delete", "Deletes a pipeline.");
        delete.Subcommands.Add(Verb("pipeline", "Has a pipeline drained and forgotten. Its dataset stays.", [name, Output], async (parse, client, ct) =>
        {
            var deleted = await client.DeletePipelineAsync(parse.GetValue(name)!, ct);
            parse.GetValue(Output).Write(deleted, ApiJson.Default.AppliedView, a => new Text($"pipeline {a.Name} deleted\n"));
            return ExitCodes.Success;
        }));
        return delete;
    }

    private static Command Get()
    {
        var get = new Command("get", "Lists jobs, nodes, datasets or pipelines.");
        get.Subcommands.Add(List("jobs", "All jobs, oldest first.", c => c.JobsAsync, ApiJson.Default.IReadOnlyListJobView, Tables.Jobs));
        get.Subcommands.Add(List("nodes", "The nodes that the ledger knows.", c => c.NodesAsync, ApiJson.Default.IReadOnlyListNodeView, Tables.Nodes));
        get.Subcommands.Add(List(
            "datasets", "The newest version of each dataset.", c => c.DatasetsAsync, ApiJson.Default.IReadOnlyListDatasetView, Tables.Datasets));
        get.Subcommands.Add(List(
            "pipelines", "The ingestion pipelines and how their instances do.", c => c.PipelinesAsync, ApiJson.Default.IReadOnlyListPipelineView, Tables.Pipelines));
        return get;
    }

    private static Command List<T>(
        string name, string description, Func<ApiClient, Func<CancellationToken, Task<IReadOnlyList<T>>>> load,
        System.Text.Json.Serialization.Metadata.JsonTypeInfo<IReadOnlyList<T>> json, Func<IEnumerable<T>, IRenderable> render) =>
        Verb(name, description, [Output], async (parse, client, ct) =>
        {
            parse.GetValue(Output).Write(await load(client)(ct), json, render);
            return ExitCodes.Success;
        });

    private static Command Describe()
    {
        var kind = new Argument<string>("kind") { Description = "What to describe: job." };
        kind.AcceptOnlyFromAmong("job");
        return Verb("describe", "Shows all that is known of one job.", [kind, Id, Output], async (parse, client, ct) =>
        {
            var detail = await client.JobAsync(parse.GetValue(Id)!, ct);
            parse.GetValue(Output).Write(detail, ApiJson.Default.JobDetail, Render);
            return ExitCodes.Success;
        });
    }

    private static IRenderable Render(JobDetail detail)
    {
        var with = string.Join(", ", detail.Spec.Run.With.Select(p => $"{p.Key}={p.Value}"));
        var newest = detail.Checkpoints.LastOrDefault();
        var facts = new Grid().AddColumn().AddColumn();
        void Fact(string name, string value) => facts.AddRow(new Text(name), new Text(value));
        Fact("Name", detail.Job.Name);
        Fact("Submitted", $"{detail.Job.SubmittedAt.ToLocalTime():yyyy-MM-dd HH:mm:ss} by {detail.Job.SubmittedBy}");
        Fact("Runs", $"{detail.Spec.Run.Type} {with}");
        Fact("Each task", $"{detail.Spec.Resources.MilliCpu}m CPU, {Quantity.Memory(detail.Spec.Resources.MemoryBytes)}, {detail.Spec.Resources.Gpus} GPU");
        Fact("Inputs", string.Join(", ", detail.Spec.Inputs));
        Fact("Retry", $"at most {detail.Spec.Retry.Max} times, first after {Tables.Seconds(detail.Spec.Retry.Backoff.TotalSeconds)}");
        if (detail.Attempts.LastOrDefault(attempt => attempt.Software is not null)?.Software is { } software)
            Fact("Ran with", string.Join(", ", software.Select(one => $"{one.Key} {one.Value}")));
        if (newest is not null)
        {
            var metrics = string.Join(", ", newest.Metrics.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Key} {m.Value:g4}")));
            Fact("Newest checkpoint", $"step {newest.Step}, rank {newest.Rank}, {Quantity.Memory(newest.Bytes)}: {metrics}");
        }

        CheckpointView? best = null;
        foreach (var saved in detail.Checkpoints)
            if (detail.Spec.Checkpoint.IsBetter(saved.Metrics, best?.Metrics))
                best = saved;
        if (best is not null) Fact("Best checkpoint", $"step {best.Step}, rank {best.Rank} of attempt {best.Attempt}, {detail.Spec.Checkpoint.Best}: {best.Uri}");
        return new Rows(Tables.Jobs([detail.Job]), facts, Tables.Attempts(detail.Attempts));
    }

    private static Command Logs()
    {
        var follow = new Option<bool>("--follow", "-f") { Description = "Keeps printing until the job has ended." };
        var rank = new Option<int?>("--rank") { Description = "Only this rank; by default all." };
        var attempt = new Option<int?>("--attempt") { Description = "Only this attempt; by default all." };
        return Verb("logs", "Prints what a job's tasks logged.", [Id, follow, rank, attempt], async (parse, client, ct) =>
        {
            await using var stdout = Console.OpenStandardOutput();
            await client.CopyLogAsync(
                parse.GetValue(Id)!, parse.GetValue(rank), parse.GetValue(attempt), parse.GetValue(follow), stdout, ct);
            return ExitCodes.Success;
        });
    }

    private static Command Metrics()
    {
        var rank = new Option<int>("--rank") { Description = "Of this rank." };
        var attempt = new Option<int?>("--attempt") { Description = "Only of this attempt; by default all." };
        var points = new Option<int>("--points") { Description = "Steps at most, evenly spaced.", DefaultValueFactory = _ => 20 };
        return Verb("metrics", "Prints what a rank has told of its steps: loss, speed and whatever else its workload measures.", [Id, rank, attempt, points, Output], async (parse, client, ct) =>
        {
            var series = await client.MetricsAsync(parse.GetValue(Id)!, parse.GetValue(rank), parse.GetValue(attempt), parse.GetValue(points), ct);
            parse.GetValue(Output).Write(series, ApiJson.Default.IReadOnlyListMetricPointView, Tables.Metrics);
            return ExitCodes.Success;
        });
    }

    /// <summary>Verbs on a node that runs: placed under <c>amls node</c>.</summary>
    public static IEnumerable<Command> OfNodes() =>
    [
        SetNode("cordon", "Places nothing more on a node, over its restarts too; what runs there goes on."),
        SetNode("drain", "Cordons a node, and has what runs there checkpoint, stop and start elsewhere."),
        SetNode("uncordon", "Ends a cordon or a drain."),
    ];

    private static Command SetNode(string verb, string description)
    {
        var node = new Argument<string>("node") { Description = "The node's name." };
        return Verb(verb, description, [node, Output], async (parse, client, ct) =>
        {
            var set = await client.SetNodeAsync(parse.GetValue(node)!, verb, ct);
            parse.GetValue(Output).Write(set, ApiJson.Default.NodeSet, s => new Text($"{s.Node} {s.State}{(s.AlreadyKnown ? " already" : "")}\n"));
            return ExitCodes.Success;
        });
    }

    private static Command Explain() => Verb("explain", "Says why a waiting job does not start, what blocks it and when it is expected to.", [Id, Output], async (parse, client, ct) =>
    {
        var why = await client.ExplainAsync(parse.GetValue(Id)!, ct);
        parse.GetValue(Output).Write(why, ApiJson.Default.Explained, Tables.Explained);
        return ExitCodes.Success;
    });

    private static Command Cancel() => Change("cancel", "Asks a job to end.", client => client.CancelAsync);

    private static Command Hold() => Change("hold", "Keeps a job's next attempt from starting; one under way goes on.", client => client.HoldAsync);

    private static Command Resume() => Change("resume", "Ends a hold.", client => client.ResumeAsync);

    private static Command Change(
        string name, string description, Func<ApiClient, Func<string, string, CancellationToken, Task<SubmissionView>>> change) =>
        Verb(name, description, [Id, Output], async (parse, client, ct) =>
    {
        var accepted = await change(client)(parse.GetValue(Id)!, Environment.UserName, ct);
        parse.GetValue(Output).Write(accepted, ApiJson.Default.SubmissionView, a => new Text($"{a.Id} {a.Status.ToString().ToLowerInvariant()}\n"));
        return ExitCodes.Success;
    });

    private static Command Wait()
    {
        var timeout = new Option<double?>("--timeout") { Description = "Seconds to wait at most; exit code 4 when they have passed. Default: no limit." };
        return Verb("wait", "Waits until a job has ended. Exit code 0: succeeded, 1: failed, 3: cancelled.", [Id, timeout, Output], async (parse, client, ct) =>
        {
            var started = TimeProvider.System.GetTimestamp();
            while (true)
            {
                var detail = await client.JobAsync(parse.GetValue(Id)!, ct);
                if (detail.Job.Status.IsTerminal())
                {
                    parse.GetValue(Output).Write(detail, ApiJson.Default.JobDetail, d => Tables.Jobs([d.Job]));
                    return ExitCodes.Of(detail.Job.Status);
                }

                if (parse.GetValue(timeout) is { } limit && TimeProvider.System.GetElapsedTime(started).TotalSeconds > limit)
                {
                    Console.Error.WriteLine($"job '{detail.Job.Id}' is still {detail.Job.Status.ToString().ToLowerInvariant()} after {limit} s");
                    return ExitCodes.TimedOut;
                }

                await Task.Delay(PollInterval, ct);
            }
        });
    }

    private static Command Verb(string name, string description, Symbol[] symbols, Func<ParseResult, ApiClient, CancellationToken, Task<int>> run)
    {
        var verb = new Command(name, description);
        verb.AddAll(symbols.Append(Server).Concat(TokenOptions.All));
        verb.SetAction(async (parse, ct) =>
        {
            using var client = TokenOptions.Connect(parse, parse.GetValue(Server)!);
            return await run(parse, client, ct);
        });
        return verb;
    }

    private static async Task<string> ReadSpecAsync(string file, CancellationToken ct)
    {
        if (file == "-") return await Console.In.ReadToEndAsync(ct);
        try
        {
            return await File.ReadAllTextAsync(file, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"cannot read '{file}': {e.Message}");
        }
    }
}
