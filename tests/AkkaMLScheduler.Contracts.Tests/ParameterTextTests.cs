namespace AkkaMLScheduler.Contracts.Tests;

public sealed class ParameterTextTests
{
    [Fact]
    public void A_list_and_a_map_of_a_run_reach_the_workload_as_they_were_written()
    {
        var run = JobSpecReader.Read(
            """
            name: x
            run:
              type: process
              argv: [python3, -c, "import os\nprint('a;b $HOME')", --rate, 0.001, ""]
              env: { B: "two words", A: 1 }
            """).Run;

        Assert.True(ParameterText.TryList(run.With["argv"], out var argv));
        Assert.Equal(["python3", "-c", "import os\nprint('a;b $HOME')", "--rate", "0.001", ""], argv);
        Assert.True(ParameterText.TryMap(run.With["env"], out var env));
        Assert.Equal(new Dictionary<string, string> { ["A"] = "1", ["B"] = "two words" }, env);
    }

    [Fact]
    public void The_order_of_a_map_does_not_matter_and_that_of_a_list_does()
    {
        static JobSpec Spec(string run) => JobSpecReader.Read($"name: x\nrun: {{ type: process, {run} }}");

        Assert.True(Spec("argv: [a, b], env: { P: 1, Q: 2 }").SameAs(Spec("env: { Q: 2, P: 1 }, argv: [a, b]")));
        Assert.False(Spec("argv: [a, b]").SameAs(Spec("argv: [b, a]")));
    }

    [Theory]
    [InlineData("argv: [a, [b]]", "line 2: 'argv' may hold single values only")]
    [InlineData("env: { A: { B: c } }", "line 2: 'env' may hold single values only")]
    [InlineData("argv: [\"a\\0b\"]", "line 2: 'argv' holds a NUL character")]
    public void What_is_nested_deeper_or_no_text_is_named(string run, string expected) => Assert.Contains(
        expected, Assert.Throws<JobSpecException>(() => JobSpecReader.Read($"name: x\nrun: {{ type: process, {run} }}")).Message);

    [Theory]
    [InlineData("words")]
    [InlineData("3")]
    [InlineData("[1]")]
    [InlineData("[\"a\"")]
    [InlineData("{\"a\":\"b\"}")]
    public void Other_text_is_no_list(string text) => Assert.False(ParameterText.TryList(text, out _));

    [Theory]
    [InlineData("words")]
    [InlineData("[\"a\"]")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\"a\":\"b\",\"a\":\"c\"}")]
    public void Other_text_is_no_map(string text) => Assert.False(ParameterText.TryMap(text, out _));
}
