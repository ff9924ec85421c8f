using AkkaMLScheduler.Host.Configuration;

namespace AkkaMLScheduler.Cli.Demo;

/// <param name="Input">A user's file in place of the generated records; null generates.</param>
/// <param name="Seed">Of the generated records and of the training.</param>
public sealed record DemoSettings(NodeSettings Node, string? Input, int Seed)
{
    public const string Raw = "corpus-raw";
    public const string Processed = "corpus-clean";
    public const string Curated = "corpus";

    public const int Workers = 2;

    /// <summary>Two for each worker, so that a gang of two tasks with two GPUs each needs all of them.</summary>
    public const int GpusPerWorker = 2;
}
