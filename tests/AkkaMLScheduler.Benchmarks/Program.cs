using AkkaMLScheduler.Benchmarks;
using AkkaMLScheduler.Benchmarks.Clusters;
using AkkaMLScheduler.Benchmarks.Ingestion;
using AkkaMLScheduler.Benchmarks.Packing;
using AkkaMLScheduler.Benchmarks.Replaying;
using AkkaMLScheduler.Benchmarks.Scheduling;
using AkkaMLScheduler.Benchmarks.Training;

// One line per benchmark: its name, what it measures, how to run it.
var benchmarks = new (string Name, string Measures, Func<string[], int> Run)[]
{
    ("scheduling", "cycles and single events on 10,000 nodes with 100,000 pending jobs of 1,000 users", SchedulingBenchmark.Run),
    ("growth", "how cycles and events cost more from 100 to 10,000 nodes: growth [--plot FILE]", GrowthBenchmark.Run),
    ("replay", "a whole log under four policies: replay LOG.swf [--rival COMMAND] [--rival-conservative COMMAND]", ReplayBenchmark.Run),
    ("million", "a million made-up jobs through the simulator: seconds and peak memory", MillionBenchmark.Run),
    ("packing", "GPU allocation of best-fit and of fgd in the published packing experiment, and their decisions per second", PackingBenchmark.Run),
    ("ingestion", "records from a file and from Kafka to committed Parquet, beside DuckDB's COPY: ingestion [kafka]", IngestionBenchmark.Run),
    ("training", $"tokens per second of the torch workload beside PyTorch: training {TrainingBenchmark.Usage}", TrainingBenchmark.Run),
    ("all-reduce", "a gang's sum of gradients over loopback beside a plain copy", AllReduceBenchmark.Run),
    ("start", $"a node from its start until it is a member, as built and as published: start {StartBenchmark.Usage}", StartBenchmark.Run),
    ("cluster", $"jobs through a whole cluster of processes on PostgreSQL: cluster {ClusterBenchmark.Usage}", ClusterBenchmark.Run),
};

var chosen = args.Length == 0 ? default : Array.Find(benchmarks, one => one.Name == args[0]);
if (chosen.Run is null)
{
    Console.Error.WriteLine(args.Length == 0 ? "Which benchmark?" : $"There is no benchmark \"{args[0]}\".");
    foreach (var (name, measures, _) in benchmarks) Console.Error.WriteLine($"  {name,-12} {measures}");
    return 2;
}

Machine.Print();
return chosen.Run(args[1..]);
