using System.CommandLine;
using System.Text.Json;
using AkkaMLScheduler.Cli.Rendering;
using AkkaMLScheduler.Cli.Verbs;
using AkkaMLScheduler.Host;
using AkkaMLScheduler.Host.Configuration;
using Spectre.Console;

namespace AkkaMLScheduler.Cli.Demo;

/// <summary><c>amls demo</c>: ingestion, processing, scheduling and execution from beginning to end.</summary>
public static class DemoVerb
{
    public static Command Create()
    {
        var nodes = new NodeOptions();
        nodes.DataDir.Description = "Folder of everything that is kept; by default a fresh temporary one. The folder of an unfinished demo continues it.";
        var input = new Option<string?>("--input") { Description = "Your file in place of the generated records: CSV, JSON lines, or one document per line." };
        var seed = new Option<int>("--seed") { Description = "Seed of the generated records and of the training.", DefaultValueFactory = _ => 42 };
        var keep = new Option<bool>("--keep") { Description = "Stays up afterwards, with the API's address printed." };
        var output = new Option<OutputFormat>("--output", "-o") { Description = "table, or json: the report alone on standard output." };
        var demo = new Command("demo", "Runs the whole pipeline on a cluster of three nodes in this process: data in, processed, trained on, through failures.");
        nodes.AddTo(demo);
        foreach (var option in new Option[] { input, seed, keep, output }) demo.Options.Add(option);
        demo.SetAction(async (parse, ct) =>
        {
            var settings = Settings(nodes.Read(parse), parse.GetValue(nodes.DataDir), parse.GetValue(input), parse.GetValue(seed), parse.GetResult(nodes.Port) is not null);
            return await RunAsync(settings, parse.GetValue(output), parse.GetValue(keep), ct);
        });
        return demo;
    }

    private static DemoSettings Settings(NodeSettings node, string? folder, string? input, int seed, bool portGiven)
    {
        if (seed < 0) throw new UserError($"--seed is {seed}; it must not be negative");
        if (input is not null && !File.Exists(input))
            throw new UserError(Directory.Exists(input) ? $"--input '{input}' is a folder; name one file" : $"--input '{input}' does not exist");
        return new DemoSettings(
            node with
            {
                DataDir = folder is null ? Directory.CreateTempSubdirectory("amls-demo-").FullName : node.DataDir,
                HttpPort = portGiven ? node.HttpPort : 0,
                Capacity = node.Capacity with { Gpus = DemoSettings.GpusPerWorker },

                // Somebody looks on.
                DatabaseWait = TimeSpan.Zero,
            },
            input is null ? null : Path.GetFullPath(input), seed);
    }

    private static async Task<int> RunAsync(DemoSettings settings, OutputFormat format, bool keep, CancellationToken ct)
    {
        IDemoDisplay display = Console.IsErrorRedirected ? new PlainDisplay(Console.Error, TimeProvider.System) : new LiveDisplay();
        await using var shown = display;
        display.Say($"data in {settings.Node.DataDir}");
        await using var cluster = await LocalCluster.StartAsync(settings.Node, DemoSettings.Workers, ct);
        var report = await new DemoStory(cluster, settings, display, TimeProvider.System).TellAsync(ct);
        await display.DisposeAsync();
        Write(report, format);
        if (keep)
        {
            Console.Error.WriteLine($"{cluster.Scheduler.Url} stays up; Ctrl+C stops it");
            await UpVerb.UntilAsked(ct);
        }

        return report.Ok ? ExitCodes.Success : ExitCodes.Failed;
    }

    private static void Write(DemoReport report, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(report, DemoJson.Default.DemoReport));
            return;
        }

        var console = Tables.Console;
        console.Write(Tables.Datasets(report.Datasets));
        console.Write(Tables.Jobs(report.Jobs));
        foreach (var check in report.Checks) console.MarkupLine($"{(check.Ok ? "[green]✓[/]" : "[red]✗ NOT SO:[/]")} {Markup.Escape(check.Name)}: {Markup.Escape(check.Found)}");
        console.MarkupLine($"{(report.Ok ? "[green]well ended[/]" : "[red]not well ended[/]")} in {report.Seconds:0.0} s; data in {Markup.Escape(report.DataDir)}");
    }
}
