using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Tests;

public sealed class Parameters
{
    [Fact]
    public void An_unknown_parameter_is_an_error_with_the_nearest_name()
        => Assert.Equal("run.stepz is not a parameter of 'torch'; did you mean 'steps'?", Assert.Single(Problems("torch", ("stepz", "3"))));

    [Fact]
    public void An_unknown_type_is_an_error_with_the_nearest_name()
        => Assert.Contains("did you mean 'torch'?", Assert.Single(Problems("troch")));

    [Theory]
    [InlineData("steps", "many", "run.steps must be a whole number, not 'many'")]
    [InlineData("steps", "0", "run.steps must be from 1 to 100000000, not 0")]
    [InlineData("learningRate", "NaN", "run.learningRate must be a number, not 'NaN'")]
    [InlineData("heads", "3", "run.heads 3 must divide run.width 128")]
    public void A_bad_value_says_what_is_allowed(string name, string value, string problem)
        => Assert.Equal(problem, Assert.Single(Problems("torch", (name, value))));

    [Fact]
    public void A_model_too_large_to_hold_is_refused_before_it_runs()
        => Assert.Contains("the limit is 268435456", Assert.Single(Problems("torch", ("layers", "96"), ("width", "8192"))));

    [Fact]
    public void A_duration_needs_its_unit()
        => Assert.Contains("must be a duration such as", Assert.Single(Problems("sleep", ("stepDuration", "5"))));

    [Fact]
    public void Every_workload_but_a_process_runs_with_its_defaults()
    {
        Assert.Equal(["matmul", "process", "sleep", "tokenize", "torch"], WorkloadRegistry.Default.All.Select(workload => workload.Type));
        Assert.All(WorkloadRegistry.Default.All.Where(workload => workload.Type != "process"), workload => Assert.Empty(Problems(workload.Type)));
        Assert.Contains("run.argv is missing", Assert.Single(Problems("process")));
    }

    [Theory]
    [InlineData("argv", "python3 train.py", "run.argv must be a list such as")]
    [InlineData("argv", "[]", "run.argv must have 1 to 1000 entries, not 0")]
    [InlineData("argv", """[""]""", "must name a program")]
    [InlineData("argv", """["a\u0000b"]""", "NUL")]
    [InlineData("env", """["A=b"]""", "run.env must be a map such as")]
    [InlineData("env", """{"1A":"b"}""", "run.env has '1A'")]
    [InlineData("env", """{"RANK":"3"}""", "run.env sets RANK, which the worker sets itself")]
    [InlineData("env", """{"AMLS_NODE":"x"}""", "run.env sets AMLS_NODE")]
    public void A_process_that_cannot_be_started_is_refused_before(string name, string value, string problem)
    {
        var with = new Dictionary<string, string> { ["argv"] = """["true"]""", [name] = value };

        Assert.Contains(problem, Assert.Single(WorkloadRegistry.Default.Validate(new RunSpec("process", with))));
    }

    [Fact]
    public async Task A_task_with_a_bad_parameter_fails_with_the_same_words()
    {
        using var bench = new TaskBench();

        var run = await TaskBench.RunAsync(bench.Task("matmul", new Dictionary<string, string> { ["sise"] = "3" }));

        Assert.Equal(TaskEnd.Failed, run.Outcome.End);
        Assert.Contains("did you mean 'size'?", run.Outcome.Reason);
    }

    private static IReadOnlyList<string> Problems(string type, params (string Name, string Value)[] with)
        => WorkloadRegistry.Default.Validate(new RunSpec(type, with.ToDictionary(pair => pair.Name, pair => pair.Value)));
}
