using System.CommandLine;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cli;
using AkkaMLScheduler.Cli.Demo;
using AkkaMLScheduler.Cli.Verbs;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Ingestion;
using AkkaMLScheduler.Processing;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Simulator;

var root = new RootCommand("AkkaMLScheduler: schedules machine-learning jobs on a cluster and keeps the data that feeds them.");
root.Subcommands.Add(DemoVerb.Create());
root.Subcommands.Add(UpVerb.Create());
root.Subcommands.Add(NodeVerb.Create());
root.Subcommands.Add(CertsVerb.Create());
root.Subcommands.Add(IngestVerb.Create());
root.Subcommands.Add(DatasetVerbs.Create());
root.Subcommands.Add(LineageVerb.Create());
root.Subcommands.Add(SimulateVerb.Create());
root.Subcommands.Add(CompareVerb.Create());
root.Subcommands.Add(AuditVerb.Create());
root.Subcommands.Add(ExplainSchemaVerb.Create());
foreach (var verb in ClientVerbs.All().Concat(OperatorVerbs.All())) root.Subcommands.Add(verb);

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine($"amls: {string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))}");
    Console.Error.WriteLine("amls: see 'amls --help'");
    return ExitCodes.BadInput;
}

try
{
    // Every node limits its own stop, by amls.node.stop-grace; nothing else cuts it short.
    var noLimit = TimeSpan.FromMilliseconds(int.MaxValue);
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = noLimit });
}
catch (UserError e)
{
    Console.Error.WriteLine($"amls: {e.Message}");
    return ExitCodes.BadInput;
}
catch (Exception e) when (e is SettingsException or CatalogException or IngestionException or TraceUnreadableException
    or ClusterUnreadableException or ProcessingException or UnknownPolicyException)
{
    Console.Error.WriteLine($"amls: {e.Message}");
    return ExitCodes.BadInput;
}
catch (OperationCanceledException)
{
    return ExitCodes.Cancelled;
}
