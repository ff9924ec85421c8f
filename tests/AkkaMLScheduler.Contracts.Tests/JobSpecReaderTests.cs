namespace AkkaMLScheduler.Contracts.Tests;

public sealed class JobSpecReaderTests
{
    private const string Minimal = "name: hello\nrun: { type: sleep }\n";

    [Fact]
    public void A_spec_says_only_what_differs_from_the_defaults()
    {
        var spec = JobSpecReader.Read(Minimal);

        Assert.Equal("hello", spec.Name);
        Assert.Equal(1, spec.Tasks);
        Assert.Equal(0, spec.Priority);
        Assert.Equal(new ResourceSpec(1000, 256L << 20, 0), spec.Resources);
        Assert.Equal(new RetrySpec(3, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)), spec.Retry);
        Assert.Equal(new CheckpointSpec(100, 2), spec.Checkpoint);
        Assert.Equal("sleep", spec.Run.Type);
        Assert.Empty(spec.Run.With);
    }

    [Fact]
    public void Every_key_is_read_with_its_unit()
    {
        var spec = JobSpecReader.Read(
            """
            name: train
            priority: -5
            tasks: 2
            resources: { cpu: 500m, memory: 1.5GiB, gpu: 2 }
            run: { type: torch, steps: 200, learningRate: 0.001 }
            inputs: [corpus@3, other@latest]
            retry: { max: 1, backoff: 250ms, maxBackoff: 2m }
            checkpoint: { every: 10, keep: 3 }
            labels: { team: vision }
            """);

        Assert.Equal(-5, spec.Priority);
        Assert.Equal(2, spec.Tasks);
        Assert.Equal(new ResourceSpec(500, 3L << 29, 2), spec.Resources);
        Assert.Equal("200", spec.Run.With["steps"]);
        Assert.Equal(["corpus@3", "other@latest"], spec.Inputs);
        Assert.Equal(new RetrySpec(1, TimeSpan.FromMilliseconds(250), TimeSpan.FromMinutes(2)), spec.Retry);
        Assert.Equal(new CheckpointSpec(10, 3), spec.Checkpoint);
        Assert.Equal("vision", spec.Labels["team"]);
    }

    [Theory]
    [InlineData("4", null, 4)]
    [InlineData("2..4", 2, 4)]
    [InlineData("3..3", null, 3)]
    public void A_gang_is_of_one_size_or_of_any_between_two(string tasks, int? least, int most)
    {
        var spec = JobSpecReader.Read(Minimal + $"tasks: {tasks}");

        Assert.Equal((least, most), (spec.MinTasks, spec.Tasks));
    }

    [Fact]
    public void Variables_of_the_job_are_those_of_its_program()
    {
        const string program = "name: x\nrun: { type: process, argv: [env] }\n";

        Assert.Equal("""{"HOME":"/data","LR":"0.1"}""", JobSpecReader.Read(program + "env: { LR: 0.1, HOME: /data }").Run.With["env"]);
        Assert.False(JobSpecReader.Read(program).Run.With.ContainsKey("env"));
    }

    [Fact]
    public void Json_is_read_as_well() =>
        Assert.True(JobSpecReader.Read("""{"name": "hello", "run": {"type": "sleep"}}""").SameAs(JobSpecReader.Read(Minimal)));

    [Theory]
    [InlineData("name: x\nprioritty: 3\nrun: { type: sleep }", "line 2: unknown key 'prioritty' in 'job'; did you mean 'priority'?")]
    [InlineData("name: x\nrun: { type: sleep }\nresources: { gpus: 1 }", "line 3: unknown key 'gpus' in 'resources'; did you mean 'gpu'?")]
    [InlineData("name: x\ntasks: 0\nrun: { type: sleep }", "line 2: 'tasks' is '0'; it must be a whole number from 1 to 1024")]
    [InlineData("name: x\ntasks: 4..2\nrun: { type: sleep }", "line 2: 'tasks' is '4..2'; it must be a whole number from 1 to 1024, or two such as 2..8")]
    [InlineData("name: x\ntasks: 2..\nrun: { type: sleep }", "line 2: 'tasks' is '2..'")]
    [InlineData("name: x\nrun: { type: sleep }\ncheckpoint: { best: loss }", "line 3: 'best' is 'loss'; it must be min or max and a metric, such as min loss")]
    [InlineData("name: x\nrun: { type: sleep }\nresources: { memory: 3 parsecs }", "line 3: 'memory' is '3 parsecs'")]
    [InlineData("name: x\nrun: { type: sleep }\nretry: { backoff: 10 }", "line 3: 'backoff' is '10'; it must be a duration")]
    [InlineData("name: x\nrun: { type: sleep }\nenv: { A: b }", "line 3: run.type 'sleep' starts no program that would read it; env goes with process")]
    [InlineData("name: x\nrun: { type: process, argv: [env], env: { A: b } }\nenv: { A: b }", "line 3: env stands both in 'job' and in 'run'; keep one")]
    [InlineData("run: { type: sleep }", "'job' needs 'name'")]
    [InlineData("name: x", "'run' needs 'type'")]
    [InlineData("name: [a, b]\nrun: { type: sleep }", "line 1: 'name' must be a single value")]
    [InlineData("just words", "must be a mapping")]
    [InlineData("name: x\nname: y\nrun: { type: sleep }", "Duplicate key")]
    [InlineData("name: x\n!!str name: y\nrun: { type: sleep }", "stands twice")]
    [InlineData("name: \"a\\0b\"\nrun: { type: sleep }", "control character")]
    [InlineData("name: x\nrun: { type: sleep }\nretry: { backoff: 999999999999h }", "it must be a duration")]
    [InlineData("name: x\nrun: { type: sleep }\nretry: { maxBackoff: 1000h }", "it must be a duration")]
    [InlineData("name: 'x", "not valid YAML")]
    [InlineData("", "found 0 documents")]
    [InlineData("name: a\nrun: {type: sleep}\n---\nname: b", "found 2 documents")]
    public void A_mistake_is_named_with_its_line(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<JobSpecException>(() => JobSpecReader.Read(text)).Message);

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void A_spec_nested_without_end_is_refused_before_it_costs_the_stack(char open) =>
        Assert.Contains("nested deeper", Assert.Throws<JobSpecException>(() => JobSpecReader.Read(new string(open, 200_000))).Message);

    [Fact]
    public void A_spec_with_too_many_inputs_is_refused() =>
        Assert.Contains(
            "at most 100",
            Assert.Throws<JobSpecException>(() => JobSpecReader.Read(Minimal + "inputs: [" + string.Join(", ", Enumerable.Repeat("x", 101)) + "]")).Message);

    [Fact]
    public void The_order_of_parameters_and_labels_does_not_matter() =>
        Assert.True(JobSpecReader.Read("name: x\nrun: { type: sleep, a: 1, b: 2 }\nlabels: { p: 1, q: 2 }")
            .SameAs(JobSpecReader.Read("name: x\nlabels: { q: 2, p: 1 }\nrun: { b: 2, a: 1, type: sleep }")));

    [Fact]
    public void A_spec_beyond_any_sense_is_refused_unread() =>
        Assert.Contains("the limit is", Assert.Throws<JobSpecException>(() => JobSpecReader.Read(new string(' ', JobSpecReader.MaxCharacters + 1))).Message);

    [Fact]
    public void Waits_double_with_each_failure_up_to_the_limit()
    {
        var retry = new RetrySpec(10, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

        void AssertWaits(int failures, double seconds) =>
            Assert.InRange(retry.DelayAfter(new JobId("x"), failures).TotalSeconds, seconds, seconds * (1 + RetrySpec.MaxJitter));

        foreach (var (failures, seconds) in new[] { (1, 1), (2, 2), (3, 4), (4, 8), (5, 10), (6, 10), (10_000, 10) }) AssertWaits(failures, seconds);
    }

    [Fact]
    public void Queue_times_and_dependencies_are_read()
    {
        var spec = JobSpecReader.Read(Minimal + """

            queue: research/vision
            estimate: 20m
            timeLimit: 2h
            after: [prepare, "any:clean", "ok:fetch"]
            hold: true
            resources: { gpuModel: "H100|A100", nodeLabels: { rack: a } }
            """);

        Assert.Equal(("research/vision", TimeSpan.FromMinutes(20), TimeSpan.FromHours(2), true), (spec.Queue, spec.Estimate, spec.TimeLimit, spec.Hold));
        Assert.Equal(
            [new DependencySpec(new JobId("prepare"), false), new DependencySpec(new JobId("clean"), true), new DependencySpec(new JobId("fetch"), false)],
            spec.After!);
        Assert.Equal(new Dictionary<string, string> { ["rack"] = "a", ["gpu-model"] = "H100|A100" }, spec.NodeSelector);
    }

    [Theory]
    [InlineData("timeLimit: 0s", "a duration above 0")]
    [InlineData("estimate: soon", "a duration above 0")]
    [InlineData("after: [\"when:x\"]", "'when:x' is not a dependency")]
    [InlineData("after: [Not-An-Id]", "'Not-An-Id' is not a job id")]
    [InlineData("hold: maybe", "true or false")]
    [InlineData("queue: ''", "'queue' is empty")]
    [InlineData("resources: { gpuModel: A100, nodeLabels: { gpu-model: H100 } }", "asked for twice")]
    public void A_mistake_in_them_is_named(string line, string expected) =>
        Assert.Contains(expected, Assert.Throws<JobSpecException>(() => JobSpecReader.Read(Minimal + "\n" + line)).Message);

    [Theory]
    [InlineData("a", true)]
    [InlineData("train-3", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("Train", false)]
    [InlineData("../etc", false)]
    [InlineData("a/b", false)]
    [InlineData("a\n", false)]
    public void A_job_id_needs_no_escaping_anywhere(string id, bool valid) => Assert.Equal(valid, JobId.IsValid(id));

    [Fact]
    public void A_job_id_has_at_most_63_characters()
    {
        Assert.True(JobId.IsValid(new string('a', 63)));
        Assert.False(JobId.IsValid(new string('a', 64)));
    }
}
