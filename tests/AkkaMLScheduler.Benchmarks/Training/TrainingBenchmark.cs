using System.Diagnostics;
using System.Globalization;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Catalog.Text;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Testing;
using AkkaMLScheduler.Workloads;

namespace AkkaMLScheduler.Benchmarks.Training;

/// <summary>Tokens and rows per second of the torch workload beside the same model in PyTorch, and what its checkpoints cost.</summary>
internal static class TrainingBenchmark
{
    public const string Usage = "[--python COMMAND]";

    private const int WarmUp = 20;
    private const int Columns = 64;
    private const int Classes = 10;
    private static readonly int[] Threads = [1, 2];

    private static readonly Model[] Models =
    [
        new Gpt("small GPT", Steps: 300, Batch: 16, Context: 64, Layers: 2, Heads: 4, Width: 128),
        new Mlp("MLP", Steps: 2_000, Batch: 256, Layers: 2, Width: 256),
        new Gpt("larger GPT", Steps: 40, Batch: 16, Context: 128, Layers: 4, Heads: 8, Width: 256),
    ];

    public static int Run(string[] arguments) => RunAsync(arguments is ["--python", var command] ? command : "python3").GetAwaiter().GetResult();

    private static async Task<int> RunAsync(string python)
    {
        using var folder = new TemporaryFolder();
        var (text, table) = (await WriteTextAsync(folder.Path), await WriteTableAsync(folder.Path));
        foreach (var model in Models)
        {
            Console.WriteLine(model);
            var input = model is Gpt ? text : table;
            foreach (var threads in Threads)
            {
                var ours = await TrainAsync(folder, input, model, threads, every: 0);
                var script = Path.Combine(AppContext.BaseDirectory, "Training", model.Script);
                var rival = OwnProcess.Shell(string.Create(CultureInfo.InvariantCulture, $"{python} {script} {threads} {model.Steps} {WarmUp} {model.Shape}"));
                if (rival.ExitCode != 0) throw new InvalidOperationException($"PyTorch, which '{python}' should have, did not train:\n{rival.LastLines}");
                var words = rival.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                var theirs = double.Parse(words[Array.IndexOf(words, "per_second") + 1], CultureInfo.InvariantCulture);
                Console.WriteLine(
                    $"  {threads} threads: {ours.UnitsPerSecond:N0} {model.Unit}/s, PyTorch {words[Array.IndexOf(words, "pytorch_version") + 1]} {theirs:N0}: "
                    + $"{ours.UnitsPerSecond / theirs:F2} times");
            }

            var saving = await TrainAsync(folder, input, model, threads: 1, every: 10);
            Console.WriteLine($"  a checkpoint every 10 steps takes {saving.CheckpointShare:P1} of the time");
        }

        return 0;
    }

    private static async Task<Timing> TrainAsync(TemporaryFolder folder, DatasetInput input, Model model, int threads, int every)
    {
        var checkpoints = Directory.CreateDirectory(folder.File($"{model.Name}-{threads}-{every}")).FullName;
        var clock = new Clock(model.UnitsPerStep);
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

    private static async Task<DatasetInput> WriteTextAsync(string folder)
    {
        var settings = CatalogSettings.Embedded(folder);
        var schema = new TableSchema([new Column("tokens", ColumnType.Int32List)]);
        var random = new Random(1);
        await using var writer = await ParquetFileWriter.CreateAsync(settings, "curated", schema);
        var batch = new ColumnBatch(schema, 1_000);
        for (var row = 0; row < 1_000; row++) batch.AddRow(ByteTokenizer.Encode(new string((char)('a' + random.Next(26)), 999)));
        await writer.WriteAsync(batch);
        return new DatasetInput("curated@1", [(await writer.CompleteAsync()).In(settings)], schema);
    }

    private static async Task<DatasetInput> WriteTableAsync(string folder)
    {
        const int rows = 20_000;
        var settings = CatalogSettings.Embedded(folder);
        var schema = new TableSchema(
            [new Column("class", ColumnType.Int32), .. Enumerable.Range(0, Columns).Select(i => new Column($"x{i}", ColumnType.Float64))]);
        var random = new Random(1);
        await using var writer = await ParquetFileWriter.CreateAsync(settings, "table", schema);
        var batch = new ColumnBatch(schema, rows);
        for (var row = 0; row < rows; row++)
            batch.AddRow([random.Next(Classes), .. Enumerable.Range(0, Columns).Select(object? (_) => random.NextDouble())]);
        await writer.WriteAsync(batch);
        return new DatasetInput("table@1", [(await writer.CompleteAsync()).In(settings)], schema);
    }

    private abstract record Model(string Name, int Steps)
    {
        /// <summary>The rival's program, which takes threads, steps, warm-up steps and the shape.</summary>
        public abstract string Script { get; }

        public abstract string Shape { get; }

        public abstract string Unit { get; }

        public abstract int UnitsPerStep { get; }

        public abstract IReadOnlyDictionary<string, string> Parameters(int threads);

        protected static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private sealed record Gpt(string Name, int Steps, int Batch, int Context, int Layers, int Heads, int Width) : Model(Name, Steps)
    {
        public override string Script => "gpt.py";

        public override string Shape => string.Create(CultureInfo.InvariantCulture, $"{Batch} {Context} {Layers} {Heads} {Width}");

        public override string Unit => "tokens";

        public override int UnitsPerStep => Batch * Context;

        public override IReadOnlyDictionary<string, string> Parameters(int threads) => new Dictionary<string, string>
        {
            ["steps"] = Text(Steps),
            ["batch"] = Text(Batch),
            ["context"] = Text(Context),
            ["layers"] = Text(Layers),
            ["heads"] = Text(Heads),
            ["width"] = Text(Width),
            ["threads"] = Text(threads),
        };

        public override string ToString() => $"{Name}: {Layers} layers, {Heads} heads, width {Width}, {Batch} sequences of {Context} tokens a step";
    }

    private sealed record Mlp(string Name, int Steps, int Batch, int Layers, int Width) : Model(Name, Steps)
    {
        public override string Script => "mlp.py";

        public override string Shape => string.Create(CultureInfo.InvariantCulture, $"{Batch} {Columns} {Layers} {Width} {Classes}");

        public override string Unit => "rows";

        public override int UnitsPerStep => Batch;

        public override IReadOnlyDictionary<string, string> Parameters(int threads) => new Dictionary<string, string>
        {
            ["model"] = "mlp",
            ["target"] = "class",
            ["steps"] = Text(Steps),
            ["batch"] = Text(Batch),
            ["layers"] = Text(Layers),
            ["width"] = Text(Width),
            ["threads"] = Text(threads),
        };

        public override string ToString() => $"{Name}: {Columns} inputs, {Layers} hidden layers of {Width}, {Classes} classes, {Batch} rows a step";
    }

    private readonly record struct Timing(double UnitsPerSecond, double CheckpointShare);

    /// <summary>Times the steps after those that warm up.</summary>
    private sealed class Clock(int unitsPerStep) : ITaskObserver
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
                return new Timing((_last.Step - step) * unitsPerStep / seconds, _saving / seconds);
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
