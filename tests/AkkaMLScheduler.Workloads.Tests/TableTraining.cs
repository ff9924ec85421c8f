using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class TableTraining
{
    private static readonly TableSchema Schema = new(
    [
        new Column("id", ColumnType.String),
        new Column("length", ColumnType.Float64),
        new Column("count", ColumnType.Int64),
        new Column("island", ColumnType.String),
        new Column("tagged", ColumnType.Boolean),
        new Column("species", ColumnType.String),
        new Column("mass", ColumnType.Float64),
        new Column("ring", ColumnType.Int32),
    ]);

    [Fact]
    public async Task Classes_are_learnt_and_the_accuracy_rises()
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Task("torch", Mlp(150, "species")) with { Inputs = [await WriteAsync(bench)] });

        Assert.Equal(("", TaskEnd.Succeeded), (run.Outcome.Reason, run.Outcome.End));

        // Three equally likely species are ln 3 = 1.10 nats; the first weights guess no better, and no worse than twice that.
        Assert.InRange(run.Losses[0], 0.9, 2.2);
        Assert.InRange(run.Losses.TakeLast(10).Average(), 0, 0.3);
        Assert.InRange(run.Outcome.Metrics["accuracy"], 0.85, 1);
        Assert.Contains("column 'id' is left out: it has more than 100 different values", run.Log);
    }

    [Fact]
    public async Task A_measure_is_learnt_in_its_own_deviations()
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(
            bench.Task("torch", Mlp(200, "mass", ("features", ParameterText.OfList(["length", "island"])))) with { Inputs = [await WriteAsync(bench)] });

        // Guessing the mean is an error of 1; the weight is a function of these two columns.
        Assert.InRange(run.Losses.TakeLast(10).Average(), 0, 0.1);
        Assert.DoesNotContain("accuracy", run.Outcome.Metrics.Keys);
    }

    [Theory]
    [InlineData("auto", true)]
    [InlineData("regress", false)]
    public async Task Whole_numbers_of_few_values_are_classes_unless_it_is_said_otherwise(string objective, bool classes)
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Task("torch", Mlp(2, "ring", ("objective", objective))) with { Inputs = [await WriteAsync(bench)] });

        Assert.Equal(classes, run.Outcome.Metrics.ContainsKey("accuracy"));
    }

    [Fact]
    public async Task Rows_that_lack_a_value_are_left_out_and_counted()
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Task("torch", Mlp(2, "species")) with { Inputs = [await WriteAsync(bench, rows: 400, lackEvery: 10)] });

        Assert.Contains("40 of 400 rows lack a value and are left out", run.Log);
    }

    [Fact]
    public async Task A_resumed_run_equals_the_uninterrupted_one_bit_for_bit()
    {
        using var bench = new TaskBench();
        var input = await WriteAsync(bench);
        var straight = await TaskBench.RunAsync(bench.Task("torch", Mlp(60, "species"), every: 25) with { Inputs = [input] });

        var resumed = await TaskBench.RunAsync(
            bench.Task("torch", Mlp(60, "species")) with { Inputs = [input], Attempt = 2, ResumeFrom = straight.At(25) });

        Assert.Equal(straight.LossSeries.Skip(25), resumed.LossSeries);
        Assert.Equal(straight.Checkpoints[^1].Sha256, resumed.Checkpoints[^1].Sha256);
    }

    [Fact]
    public async Task A_gang_learns_what_a_single_task_learns()
    {
        using var bench = new TaskBench();
        var input = await WriteAsync(bench);
        var alone = await TaskBench.RunAsync(bench.Task("torch", Mlp(40, "species")) with { Inputs = [input] });

        var gang = await Task.WhenAll(
            bench.Gang(2, () => bench.Task("torch", Mlp(40, "species")) with { Inputs = [input] }).Select(task => TaskBench.RunAsync(task)));

        Assert.Equal(gang[0].FinalState(), gang[1].FinalState());
        Assert.Equal(alone.Outcome.Metrics["accuracy"], gang[0].Outcome.Metrics["accuracy"]);
        for (var step = 0; step < 40; step++)
            Assert.Equal(alone.Losses[step], gang[0].Losses[step], tolerance: 1e-3);
    }

    [Fact]
    public async Task A_checkpoint_of_another_target_is_refused()
    {
        using var bench = new TaskBench();
        var input = await WriteAsync(bench);
        var species = await TaskBench.RunAsync(bench.Task("torch", Mlp(2, "species")) with { Inputs = [input] });

        var ring = await TaskBench.RunAsync(bench.Task("torch", Mlp(4, "ring")) with { Inputs = [input], ResumeFrom = species.At(2) });

        Assert.Equal(TaskEnd.CheckpointUnusable, ring.Outcome.End);
        Assert.Contains("target is species there and ring here", ring.Outcome.Reason);
    }

    [Theory]
    [InlineData("weight", "[]", "run.target: birds@1 has no column 'weight' of a type to learn from; it has id String, length Float64")]
    [InlineData("id", "[]", "run.target 'id' has more than 100 different values")]
    [InlineData("species", "[\"id\"]", "run.features: 'id' has more than 100 different values")]
    [InlineData("species", "[\"species\"]", "run.features names the target 'species'")]
    [InlineData("species", "[\"wings\"]", "run.features: birds@1 has no column 'wings'")]
    public async Task What_cannot_be_learnt_is_named(string target, string features, string reason)
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Task("torch", Mlp(2, target, ("features", features))) with { Inputs = [await WriteAsync(bench)] });

        Assert.Equal(TaskEnd.Failed, run.Outcome.End);
        Assert.Contains(reason, run.Outcome.Reason);
    }

    [Theory]
    [InlineData("run.target must name the column to predict", "model", "mlp")]
    [InlineData("run.heads has no meaning for run.model mlp", "model", "mlp", "target", "species", "heads", "2")]
    [InlineData("run.target has no meaning for run.model gpt", "target", "species")]
    [InlineData("run.model must be gpt or mlp, not 'cnn'", "model", "cnn")]
    [InlineData("run.objective must be auto, classify or regress, not 'guess'", "model", "mlp", "target", "species", "objective", "guess")]
    public void A_model_takes_its_own_parameters_only(string problem, params string[] with)
    {
        var run = new RunSpec("torch", with.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]));

        Assert.Equal([problem], WorkloadRegistry.Default.Validate(run));
    }

    private static Dictionary<string, string> Mlp(int steps, string target, params (string Name, string Value)[] more) => new(
        more.Select(one => KeyValuePair.Create(one.Name, one.Value)))
    {
        ["model"] = "mlp",
        ["target"] = target,
        ["steps"] = $"{steps}",
        ["batch"] = "64",
        ["width"] = "32",
        ["learningRate"] = "0.01",
        ["logEvery"] = "1",
    };

    /// <summary>Birds whose species follows from length and island, and whose mass from both too.</summary>
    private static async Task<DatasetInput> WriteAsync(TaskBench bench, int rows = 600, int lackEvery = int.MaxValue)
    {
        var settings = CatalogSettings.Embedded(bench.Path);
        var random = new Random(3);
        await using var writer = await ParquetFileWriter.CreateAsync(settings, "birds", Schema);
        foreach (var group in Enumerable.Range(0, rows).Chunk(150))
        {
            var batch = new ColumnBatch(Schema, group.Length);
            foreach (var row in group)
            {
                var (length, island) = (150 + (random.NextDouble() * 100), random.Next(3));
                var species = length > 215 ? "gentoo" : island == 0 ? "adelie" : "chinstrap";
                batch.AddRow(
                    $"bird-{row}", row % lackEvery == 0 ? null : length, (long)random.Next(1_000_000), $"island-{island}", row % 2 == 0, species,
                    (length * 20) + (island * 500), random.Next(5));
            }

            await writer.WriteAsync(batch);
        }

        return new DatasetInput("birds@1", [(await writer.CompleteAsync()).In(settings)], Schema);
    }
}
