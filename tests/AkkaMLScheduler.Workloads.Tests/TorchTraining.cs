using System.Globalization;
using AkkaMLScheduler.Workloads.Torch;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class TorchTraining
{
    [Fact]
    public async Task Libtorch_loads_and_the_loss_falls()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);

        var run = await TaskBench.RunAsync(bench.Task("torch", TaskBench.Tiny(80)) with { Inputs = [input] });

        Assert.Equal(("", Contracts.TaskEnd.Succeeded), (run.Outcome.Reason, run.Outcome.End));
        // 257 equally likely tokens are ln 257 = 5.55 nats. Letters by their frequency alone would be about 2.9.
        Assert.InRange(run.Losses[0], 5.3, 5.8);
        Assert.InRange(run.Losses.TakeLast(10).Average(), 0.1, 3.1);
        Assert.Equal(80, run.Checkpoints.Single().Step);
    }

    [Fact]
    public async Task A_resumed_run_equals_the_uninterrupted_one_bit_for_bit()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        var straight = await TaskBench.RunAsync(bench.Task("torch", TaskBench.Tiny(60), every: 25) with { Inputs = [input] });

        var resumed = await TaskBench.RunAsync(
            bench.Task("torch", TaskBench.Tiny(60)) with { Inputs = [input], Attempt = 2, ResumeFrom = straight.At(25) });

        Assert.Equal(60, straight.LossSeries.Count);
        Assert.Equal(("", Contracts.TaskEnd.Succeeded), (resumed.Outcome.Reason, resumed.Outcome.End));
        Assert.Equal(straight.LossSeries.Skip(25), resumed.LossSeries);
        Assert.Equal(straight.Checkpoints[^1].Sha256, resumed.Checkpoints[^1].Sha256);
    }

    [Fact]
    public async Task A_stopped_run_saves_where_it_is_and_goes_on_from_there()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        var straight = await TaskBench.RunAsync(bench.Task("torch", TaskBench.Tiny(60)) with { Inputs = [input] });
        using var stop = new CancellationTokenSource();
        // The first step is always reported; later ones only ten times a second, which a fast machine may outrun.
        var observer = new RecordingObserver { OnProgress = _ => stop.Cancel() };

        var stopped = await TaskBench.RunAsync(bench.Task("torch", TaskBench.Tiny(60)) with { Inputs = [input] }, observer, stop.Token);
        var saved = stopped.Checkpoints.Single();
        var resumed = await TaskBench.RunAsync(
            bench.Task("torch", TaskBench.Tiny(60)) with { Inputs = [input], ResumeFrom = stopped.At(saved.Step) });

        Assert.Equal(Contracts.TaskEnd.Stopped, stopped.Outcome.End);
        Assert.InRange(saved.Step, 1, 59);
        Assert.Equal(straight.Checkpoints[^1].Sha256, resumed.Checkpoints[^1].Sha256);
    }

    [Fact]
    public async Task Two_tasks_at_once_in_one_process_do_not_disturb_each_other()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        TaskContext Seeded(int seed)
            => bench.Task("torch", TaskBench.Tiny(40, ("seed", seed.ToString(CultureInfo.InvariantCulture)))) with { Inputs = [input] };
        var first = await TaskBench.RunAsync(Seeded(1));
        var second = await TaskBench.RunAsync(Seeded(2));

        var together = await Task.WhenAll(TaskBench.RunAsync(Seeded(1)), TaskBench.RunAsync(Seeded(2)));

        Assert.NotEqual(first.LossSeries, second.LossSeries);
        Assert.Equal(first.LossSeries, together[0].LossSeries);
        Assert.Equal(second.LossSeries, together[1].LossSeries);
        Assert.Equal(first.Checkpoints[^1].Sha256, together[0].Checkpoints[^1].Sha256);
        Assert.Equal(second.Checkpoints[^1].Sha256, together[1].Checkpoints[^1].Sha256);
    }

    [Fact]
    public async Task A_checkpoint_of_another_shape_is_refused_with_the_difference()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        var narrow = await TaskBench.RunAsync(bench.Task("torch", TaskBench.Tiny(2)) with { Inputs = [input] });

        var wide = await TaskBench.RunAsync(
            bench.Task("torch", TaskBench.Tiny(4, ("width", "64"))) with { Inputs = [input], ResumeFrom = narrow.At(2) });

        Assert.Equal(Contracts.TaskEnd.CheckpointUnusable, wide.Outcome.End);
        Assert.Contains("width is 32 there and 64 here", wide.Outcome.Reason);
    }

    [Fact]
    public async Task An_input_without_tokens_is_named_with_what_it_has()
    {
        using var bench = new TaskBench();
        var input = await SampleText.WriteAsync(bench.Path);
        var raw = input with { Reference = "raw@1", Schema = new([input.Schema.Columns[0]]) };

        var run = await TaskBench.RunAsync(bench.Task("torch", TaskBench.Tiny(2)) with { Inputs = [raw] });

        Assert.Equal(Contracts.TaskEnd.Failed, run.Outcome.End);
        Assert.Contains("raw@1 has no column 'tokens' of type Int32List; it has text String", run.Outcome.Reason);
    }

    [Fact]
    public void A_missing_library_is_named_with_where_it_was_sought()
    {
        using var bench = new TaskBench();

        Assert.Null(TorchRuntime.Find([bench.Path]));
        Assert.Contains(bench.Path, TorchRuntime.Absent([bench.Path]));
        Assert.Contains("build/Torch.props", TorchRuntime.Absent([bench.Path]));
    }

    [Fact]
    public void A_library_that_does_not_load_is_explained_in_the_loaders_words()
    {
        var loader = new DllNotFoundException("Unable to load shared library.\nlibstdc++.so.6: version `GLIBCXX_3.4.32' not found\n");

        var reason = TorchRuntime.Unloadable("/app", new TypeInitializationException("torch", loader));

        Assert.Contains("in /app do not load: libstdc++.so.6: version `GLIBCXX_3.4.32' not found.", reason);
        Assert.DoesNotContain('\n', reason);
    }
}
