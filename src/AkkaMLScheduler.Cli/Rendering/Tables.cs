using System.Globalization;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using Spectre.Console;

namespace AkkaMLScheduler.Cli.Rendering;

/// <summary>Tables for people. Data goes to standard output; whatever says how it goes, to standard error.</summary>
public static class Tables
{
    /// <summary>Wide enough for every table when nobody looks at a terminal.</summary>
    private const int PipedWidth = 200;

    public static IAnsiConsole Console { get; } = Create(System.Console.Out, System.Console.IsOutputRedirected);

    public static IAnsiConsole Error { get; } = Create(System.Console.Error, System.Console.IsErrorRedirected);

    public static Table Jobs(IEnumerable<JobView> jobs)
    {
        var table = New("Job", "Type", "State", "Prio", "Tasks", "GPU", "Attempts", "Wait", "Run", "Checkpoints", "Last step", "Resumed from", "Reason");
        foreach (var j in jobs)
        {
            table.AddRow(
                Escape(j.Id), Escape(j.Type), State(j.Status), N(j.Priority), N(j.Tasks), N(j.Resources.Gpus), N(j.Attempts), Seconds(j.WaitSeconds),
                Seconds(j.RunSeconds), N(j.Checkpoints), N(j.LastStep), N(j.ResumedFromStep), Escape(j.Reason));
        }

        return table;
    }

    public static Table Nodes(IEnumerable<NodeView> nodes)
    {
        var table = New("Node", "State", "CPU used", "CPU", "Memory used", "Memory", "GPU used", "GPU", "Since");
        foreach (var n in nodes)
        {
            table.AddRow(
                Escape(n.Name), NodeState(n.Status), Cores(n.Used.MilliCpu), Cores(n.Capacity.MilliCpu),
                Quantity.Memory(n.Used.MemoryBytes), Quantity.Memory(n.Capacity.MemoryBytes), N(n.Used.Gpus), N(n.Capacity.Gpus), Time(n.Since));
        }

        return table;
    }

    public static Table Metrics(IReadOnlyList<MetricPointView> series)
    {
        var names = series.SelectMany(point => point.Metrics.Keys).Distinct().ToList();
        var table = New(["Attempt", "Step", "Time", .. names.Select(Escape)]);
        foreach (var point in series)
        {
            table.AddRow(
            [
                N(point.Attempt), N(point.Step), Time(point.At),
                .. names.Select(name => point.Metrics.TryGetValue(name, out var value) ? value.ToString("g5", CultureInfo.InvariantCulture) : ""),
            ]);
        }

        return table;
    }

    public static Table Keys(IEnumerable<(string Path, ParameterSpec Spec)> keys)
    {
        var table = New("Key", "Kind", "Default", "Meaning");
        foreach (var (path, spec) in keys)
            table.AddRow(Escape(path), spec.Kind, spec.Required ? "required" : Escape(spec.Default), Escape(spec.Doc));
        return table;
    }

    public static Grid Explained(SchedulerReplies.Explained why)
    {
        var facts = new Grid().AddColumn().AddColumn();
        void Fact(string name, string value) => facts.AddRow(new Text(name), new Text(value));
        Fact("Reason", $"{why.Reason}: {why.Text}");
        Fact("Position", N(why.Position));
        Fact("Expected start", why.ExpectedStart is { } start ? $"{start.ToLocalTime():yyyy-MM-dd HH:mm:ss}, by the estimates" : "cannot be told");
        if (why.BlockedBy is { } by)
        {
            foreach (var (what, names) in new[] { ("running", by.Running), ("waiting", by.Waiting), ("quota of", by.Queues), ("closed nodes", by.Nodes) })
                if (names.Count > 0)
                    Fact($"Blocked by {what}", string.Join(", ", names));
        }

        if (why.WouldStartWith.Count > 0) Fact("Would start now with", string.Join("; or ", why.WouldStartWith));
        return facts;
    }

    private static string NodeState(string status) => status switch
    {
        "up" => "[green]● up[/]",
        "lost" => "[red]✗ lost[/]",
        _ => $"[yellow]◐ {Escape(status)}[/]",
    };

    public static Table Datasets(IEnumerable<DatasetView> datasets)
    {
        var table = New("Dataset", "Layer", "Version", "Read", "Accepted", "Rejected", "Filtered", "Duplicates", "Rows", "Files", "Size", "Parents");
        foreach (var d in datasets)
        {
            table.AddRow(
                Escape(d.Name), d.Layer, N(d.Version), N(d.Read), N(d.Accepted), N(d.Rejected), N(d.Filtered), N(d.Duplicates), N(d.Rows), N(d.Files),
                Quantity.Memory(d.Bytes), Escape(string.Join(", ", d.Parents)));
        }

        return table;
    }

    public static Table Pipelines(IEnumerable<PipelineView> pipelines)
    {
        var table = New("Pipeline", "From", "Dataset", "Instance", "Node", "State", "Read", "Accepted", "Rejected", "Filtered", "Per second", "Lag", "Failures", "Message");
        foreach (var p in pipelines)
        {
            foreach (var run in p.Runs)
            {
                table.AddRow(
                    Escape(p.Name), Escape(p.From), Escape(p.Dataset), N(run.Instance), Escape(run.Node), run.State, N(run.Read), N(run.Accepted), N(run.Rejected),
                    N(run.Filtered), N((long)run.PerSecond), N(run.Lag), N(run.Failures), Escape(run.Message));
            }

            if (p.Runs.Count == 0) table.AddRow(Escape(p.Name), Escape(p.From), Escape(p.Dataset), "", "", "waits for a node with the role ingest");
        }

        return table;
    }

    public static Table Attempts(IEnumerable<AttemptView> attempts)
    {
        var table = New("Attempt", "Ended as", "Started", "Run", "Resumed from", "Placed on", "Reason");
        foreach (var a in attempts)
        {
            var placed = string.Join(", ", a.Placements.Select(p => p.Gpus.Count == 0 ? p.Node : $"{p.Node} gpu {string.Join("+", p.Gpus)}"));
            var run = a.EndedAt is { } end ? Seconds((end - a.StartedAt).TotalSeconds) : "";
            table.AddRow(N(a.Attempt), Word(a.End), Time(a.StartedAt), run, N(a.ResumeStep), Escape(placed), Escape(a.Reason));
        }

        return table;
    }

    public static string Seconds(double seconds) => seconds.ToString(seconds < 100 ? "0.0 's'" : "0 's'", CultureInfo.InvariantCulture);

    /// <summary>Never by colour alone: a mark and a word as well.</summary>
    private static string State(JobStatus status) => status switch
    {
        JobStatus.Succeeded => "[green]✓ succeeded[/]",
        JobStatus.Failed => "[red]✗ failed[/]",
        JobStatus.Cancelled => "[grey]∅ cancelled[/]",
        JobStatus.Running => "[blue]▶ running[/]",
        _ => $"[yellow]… {Word(status)}[/]",
    };

    internal static string Word<T>(T? value) => value?.ToString()?.ToLowerInvariant() ?? "";

    internal static string N(long? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "";

    private static string Cores(long milliCpu) => (milliCpu / 1000.0).ToString("0.##", CultureInfo.InvariantCulture);

    internal static string Time(DateTimeOffset at) => at.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Escape(string text) => Markup.Escape(text);

    internal static Table New(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns) table.AddColumn(new TableColumn(column).NoWrap());
        table.Columns[^1].NoWrap = false;
        return table;
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected) console.Profile.Width = PipedWidth;
        return console;
    }
}
