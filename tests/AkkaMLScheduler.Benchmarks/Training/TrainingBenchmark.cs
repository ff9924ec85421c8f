using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Catalog.Text;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Testing;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Benchmarks.Training;

/// <summary>Tokens per second of the torch workload beside the same model in PyTorch, and what its checkpoints cost.</summary>
internal static class TrainingBenchmark
{
    public const string Usage = "[--python COMMAND]";

    private const int WarmUp = 20;
    private const int Batch = 16;
    private static readonly int[] Threads = [1, 2];

    private static readonly Model[] Models = [new("small", 300, 64, 2, 4, 128), new("larger", 60, 128, 4, 8, 256)];

    public static int Run(string[] arguments) => RunAsync(arguments is ["--python", var command] ? command : "python3").GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string python)
    {
        using var folder = new TemporaryFolder();
        var input = await WriteAsync(folder.Path);
        foreach (var model in Models)
        {
            Console.WriteLine($"{model.Name}: {model.Layers} layers, {model.Heads} heads, width {model.Width}, {Batch} sequences of {model.Context} tokens a step");
            foreach (var threads in Threads)
            {
                var ours = await TrainAsync(folder, input, model, threads, every: 0);
                var script = Path.Combine(AppContext.BaseDirectory, "Training", "gpt.py");
                var rival = OwnProcess.Shell(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{python} {script} {threads} {model.Steps} {WarmUp} {Batch} {model.Context} {model.Layers} {model.Heads} {model.Width}"));
                if (rival.ExitCode != 0) throw new InvalidOperationException($"PyTorch, which '{python}' should have, did not train:\n{rival.LastLines}");
                var words = rival.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                var theirs = double.Parse(words[Array.IndexOf(words, "tokens_per_second") + 1], CultureInfo.InvariantCulture);
                Console.WriteLine(
                    $"  {threads} threads: {ours.TokensPerSecond:N0} tokens/s, PyTorch {words[Array.IndexOf(words, "pytorch_version") + 1]} {theirs:N0}: "
                    + $"{ours.TokensPerSecond / theirs:F2} times");
            }

            var saving = await TrainAsync(folder, input, model, threads: 1, every: 10);
            Console.WriteLine($"  a checkpoint every 10 steps takes {saving.CheckpointShare:P1} of the time");
        }

        return 0;
    }

    private static async Task<Timing> TrainAsync(TemporaryFolder folder, DatasetInput input, Model model, int threads, int every)
    {
        var checkpoints = Directory.CreateDirectory(folder.File($"{model.Name}-{threads}-{every}")).FullName;
        var clock = new Clock(Batch * model.Context);
        var outcome = await Task.Factory.StartNew(
            () => WorkloadRegistry.Default.Find("torch")!.RunAsync(
                new TaskContext
                {
                    Job = new JobId("training"),
                    Attempt = 1,
                    Run = new RunSpec("torch", model.Parameters(threads)),
                    Checkpoint = new CheckpointSpec(every, 2),
                    CheckpointDirectory = checkpoints,
                    ScratchDirectory = checkpoints,
                    Inputs = [input],
                },
                clock, CancellationToken.None),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        if (outcome.End != TaskEnd.Succeeded) throw new InvalidOperationException($"training ended {outcome.End}: {outcome.Reason}");
        return clock.Timing;
    }

    private static async Task<DatasetInput> WriteAsync(string folder)
    {
        var settings = CatalogSettings.Embedded(folder);
        var schema = new TableSchema([new Column("tokens", ColumnType.Int32List)]);
        var random = new Random(1);
        await using var writer = await ParquetFileWriter.CreateAsync(settings, "curated", schema);
        var batch = new ColumnBatch(schema, 1_000);
        for (var row = 0; row < 1_000; row++) batch.AddRow(ByteTokenizer.Encode(new string((char)('a' + random.Next(26)), 999)));
        await writer.WriteAsync(batch);
        return new DatasetInput("curated@1", [settings.Absolute((await writer.CompleteAsync()).Path)], schema);
    }

    private sealed record Model(string Name, int Steps, int Context, int Layers, int Heads, int Width)
    {
        public IReadOnlyDictionary<string, string> Parameters(int threads) => new Dictionary<string, string>
        {
            ["steps"] = Text(Steps),
            ["batch"] = Text(Batch),
            ["context"] = Text(Context),
            ["layers"] = Text(Layers),
            ["heads"] = Text(Heads),
            ["width"] = Text(Width),
            ["threads"] = Text(threads),
        };

        private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private readonly record struct Timing(double TokensPerSecond, double CheckpointShare);

    /// <summary>Times the steps after those that warm up.</summary>
    private sealed class Clock(int tokensPerStep) : ITaskObserver
    {
        private (long Step, long At)? _first;
        private (long Step, long At) _last;
        private double _saving;

        public Timing Timing
        {
            get
            {
                var (step, at) = _first!.Value;
                var seconds = Stopwatch.GetElapsedTime(at, _last.At).TotalSeconds;
                return new Timing((_last.Step - step) * tokensPerStep / seconds, _saving / seconds);
            }
        }

        public void Progress(long step, long totalSteps, IReadOnlyDictionary<string, double> metrics)
        {
            _last = (step, Stopwatch.GetTimestamp());
            if (step >= WarmUp) _first ??= _last;
        }

        public Task<bool> CheckpointAsync(CheckpointFile file, CancellationToken stop)
        {
            if (_first is not null) _saving += file.Metrics["checkpointSeconds"];
            return Task.FromResult(true);
        }
    }
}
