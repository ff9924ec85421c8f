using System.Text.Json;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Cli.Tests;

/// <summary><c>amls simulate</c> and <c>amls compare</c>, on small traces written here and on supplied ones.</summary>
public sealed class SimulateTests : IDisposable
{
    private const string Swf = "; MaxProcs: 10\n1 0 -1 100 6 -1 -1 6 200 -1 1 7 1 -1 -1 -1 -1 -1\nnonsense\n2 10 -1 50 8 -1 -1 8 60 -1 1 8 1 -1 -1 -1 -1 -1\n";

    private const string Philly = "timestamp,duration,num_gpus,gpu_time,cluster\n"
        + "2017-10-09 07:00:00,100,16,1600,b\n2017-10-09 06:00:00,50,4,200,a\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_trace_is_replayed_its_malformed_line_named_and_its_jobs_written()
    {
        var jobs = _folder.File("jobs.csv");
        var amls = await Amls.RunAsync("simulate", "--trace", Write("t.swf", Swf), "--order", "fifo", "--jobs-out", jobs, "-o", "json");

        Assert.Equal(ExitCodes.Success, amls.ExitCode);
        Assert.Contains("line 3: field 1 is \"nonsense\", not a number; skipped", amls.Error);
        var figures = JsonDocument.Parse(amls.Output).RootElement;
        Assert.Equal(2, figures.GetProperty("jobs").GetInt32());
        Assert.Equal(1, figures.GetProperty("malformed_lines").GetInt32());
        Assert.Equal(150, figures.GetProperty("makespan_s").GetInt32());
        Assert.Equal(45, figures.GetProperty("wait_mean_s").GetDouble());
        Assert.Equal("job,submit,start,end,wait,size,node\n1,0,0,100,0,6,machine\n2,10,100,150,90,8,machine\n", await File.ReadAllTextAsync(jobs));
    }

    [Fact]
    public async Task A_philly_trace_is_known_by_its_columns_and_runs_as_gangs_on_a_described_cluster()
    {
        var jobs = _folder.File("jobs.csv");
        var amls = await Amls.RunAsync(
            "simulate", "--trace", Write("philly.csv", Philly), "--cluster", "2x8gpu,96cpu,rack2", "--load", "2", "--jobs-out", jobs);

        Assert.Equal(ExitCodes.Success, amls.ExitCode);
        Assert.Equal("", amls.Error.Trim());
        Assert.Equal(
            "job,submit,start,end,wait,size,node\n1,1800,1800,1900,0,16,node-1+node-2\n2,0,0,50,0,4,node-1\n", await File.ReadAllTextAsync(jobs));
    }

    [Fact]
    public async Task The_limit_takes_the_jobs_submitted_first()
    {
        var jobs = _folder.File("jobs.csv");
        await Amls.RunAsync("simulate", "--trace", Write("philly.csv", Philly), "--cluster", "2x8gpu", "--limit", "1", "--jobs-out", jobs);
        Assert.Equal("job,submit,start,end,wait,size,node\n2,0,0,50,0,4,node-1\n", await File.ReadAllTextAsync(jobs));
    }

    [SkippableFact]
    public async Task Openb_with_a_load_is_the_packing_experiment()
    {
        var amls = await Amls.RunAsync(
            "simulate", "--trace", SharedData.Require("openb", "openb_pod_list_default.csv"),
            "--nodes", SharedData.Require("openb", "openb_node_list_gpu_node.csv"), "--load", "0.1", "--seed", "3", "-o", "json");

        Assert.Equal(ExitCodes.Success, amls.ExitCode);
        var figures = JsonDocument.Parse(amls.Output).RootElement;
        Assert.Equal(0, figures.GetProperty("pods_failed").GetInt32());
        Assert.InRange(figures.GetProperty("pods_placed").GetInt32(), 500, 1_000);
        Assert.InRange(figures.GetProperty("gpu_allocation_percent").GetDouble(), 10, 12);
    }

    [Fact]
    public async Task Policies_are_compared_in_one_table_with_the_best_of_each_row_marked()
    {
        // Under priority the second, of the same priority, does as under fifo; stopping costs nothing here.
        var amls = await Amls.RunAsync("compare", "--trace", Write("t.swf", Swf), "--policies", "fifo+none, priority+none+best-fit+priority");

        Assert.Equal(ExitCodes.Success, amls.ExitCode);
        Assert.Contains("fifo+none", amls.Output);
        Assert.Contains("priority+none+best-fit+priority", amls.Output);
        Assert.Contains("wait_mean_s", amls.Output);
        Assert.Contains("★", amls.Output.Split('\n').Single(line => line.Contains("wall_s", StringComparison.Ordinal)));
        Assert.DoesNotContain("★", amls.Output.Split('\n').Single(line => line.Contains("wait_mean_s", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_comparison_is_written_as_one_page_that_names_every_policy()
    {
        var page = _folder.File("page.html");
        var amls = await Amls.RunAsync("compare", "--trace", Write("t.swf", Swf), "--policies", "fifo+none,fifo+easy", "--html", page);

        Assert.Equal(ExitCodes.Success, amls.ExitCode);
        var html = await File.ReadAllTextAsync(page);
        Assert.StartsWith("<!doctype html>", html);
        Assert.Contains("<title>t.swf</title>", html);
        Assert.Contains("fifo+none", html);
        Assert.Contains("fifo+easy", html);
    }

    [Fact]
    public async Task A_comparison_as_json_is_an_array_with_one_object_per_policy()
    {
        var amls = await Amls.RunAsync("compare", "--trace", Write("t.swf", Swf), "--policies", "fifo+none,priority+none", "-o", "json");

        Assert.Equal(ExitCodes.Success, amls.ExitCode);
        var runs = JsonDocument.Parse(amls.Output).RootElement.EnumerateArray().ToList();
        Assert.Equal(["fifo+none", "priority+none"], runs.Select(run => run.GetProperty("policy").GetString()));
        Assert.All(runs, run => Assert.Equal(45, run.GetProperty("wait_mean_s").GetDouble()));
    }

    [Theory]
    [InlineData("There is no order policy \"fif\". Choose one of: ", "fif+none")]
    [InlineData("; did you mean 'fifo'?", "fif+none")]
    [InlineData("There is no placement policy \"x\"", "fifo+none,fifo+none+x")]
    [InlineData("'fifo' is not a policy; one is written order+backfill[+placement[+preemption]]", "fifo")]
    [InlineData("'a+b+c+d+e' is not a policy", "a+b+c+d+e")]
    [InlineData("--policies is empty", " , ")]
    public async Task A_wrong_policy_is_one_line_and_exit_code_2(string expected, string policies) =>
        AssertMistake(expected, await Amls.RunAsync("compare", "--trace", Write("t.swf", Swf), "--policies", policies));

    [Theory]
    [InlineData("--processors is 'abc'; it must be a whole number from 1 to 1000000000", "--processors", "abc")]
    [InlineData("--limit is '0'; it must be a whole number from 1", "--limit", "0")]
    [InlineData("--load is '-1'; it must be a number from 0.01 to 100", "--load", "-1")]
    [InlineData("--checkpoint is '0'; it must be a whole number from 1", "--checkpoint", "0")]
    [InlineData("--seed is '1.5'; it must be a whole number from 0", "--seed", "1.5")]
    [InlineData("'xyz' not recognized. Must be one of: 'swf' 'openb' 'philly'", "--format", "xyz")]
    [InlineData("'never' not recognized. Must be one of: 'batch' 'each'", "--events", "never")]
    [InlineData("'none' not recognized. Must be one of: 'user' 'perfect'", "--estimates", "none")]
    [InlineData("--processors and --cluster each describe a cluster; give one of them", "--processors", "1", "--cluster", "1x1cpu")]
    [InlineData("is not understood at \"8tpu\"", "--cluster", "64x8tpu")]
    [InlineData("The cluster has no CPUs, and the jobs of the trace ask for processors", "--cluster", "64x8gpu")]
    [InlineData("The node list /no/such/list cannot be read", "--nodes", "/no/such/list")]
    [InlineData("cannot write --jobs-out '/no/such/folder/x'", "--jobs-out", "/no/such/folder/x")]
    [InlineData("cannot write --html '/no/such/folder/x'", "--html", "/no/such/folder/x")]
    [InlineData("lacks the columns timestamp, duration, num_gpus, cluster", "--format", "philly")]
    public async Task A_wrong_option_is_one_line_and_exit_code_2(string expected, params string[] options) =>
        AssertMistake(expected, await Amls.RunAsync(["simulate", "--trace", Write("t.swf", Swf), .. options]));

    [Theory]
    [InlineData("give --cluster, e.g. --cluster \"64x8gpu,96cpu,768GiB\", or --nodes")]
    [InlineData("the jobs of the trace ask for GPUs, not for --processors", "--processors", "10")]
    [InlineData("The cluster has no GPUs", "--cluster", "4x96cpu")]
    public async Task A_cluster_that_does_not_fit_a_trace_of_gpus_is_one_line_and_exit_code_2(string expected, params string[] options) =>
        AssertMistake(expected, await Amls.RunAsync(["simulate", "--trace", Write("philly.csv", Philly), .. options]));

    [Fact]
    public async Task Without_a_cluster_anywhere_an_example_is_shown() => AssertMistake(
        "give --processors, e.g. --processors 128, or --cluster \"16x8cpu\"",
        await Amls.RunAsync("simulate", "--trace", Write("t.swf", "1 0 -1 100 6 -1 -1 6 200\n")));

    private static void AssertMistake(string expected, Amls.Finished amls)
    {
        Assert.Equal(ExitCodes.BadInput, amls.ExitCode);
        var complaint = Assert.Single(
            amls.Error.Split('\n'), line => line.StartsWith("amls: ", StringComparison.Ordinal) && line.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain("Exception", complaint);
        Assert.DoesNotContain("   at ", amls.Error + amls.Output);
    }

    private string Write(string name, string text)
    {
        var path = _folder.File(name);
        File.WriteAllText(path, text);
        return path;
    }
}
