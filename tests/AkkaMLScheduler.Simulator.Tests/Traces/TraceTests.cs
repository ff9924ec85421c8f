namespace AkkaMLScheduler.Simulator.Tests;

public sealed class TraceTests
{
    private static readonly Trace Some = new(
        [
            TraceJob.OfProcessors("late", 100, 10, 40, 1), TraceJob.OfProcessors("first", 20, 10, 40, 1),
            TraceJob.OfProcessors("second", 20, 10, 40, 1), TraceJob.OfProcessors("last", 220, 10, 40, 1),
        ],
        [], 0, null);

    [Theory]
    [InlineData("; Version: 2.2\n1 0 0 10 1 -1 -1 1 10\n", TraceFormat.Swf)]
    [InlineData("\n\n1 0 0 10 1 -1 -1 1 10\n", TraceFormat.Swf)]
    [InlineData("", TraceFormat.Swf)]
    [InlineData("timestamp,duration,num_gpus,gpu_time,cluster\n", TraceFormat.Philly)]
    [InlineData("\"Timestamp\", \"num_gpus\"\n", TraceFormat.Philly)]
    [InlineData("name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time\n", TraceFormat.Openb)]
    public void The_format_is_guessed_from_the_first_lines(string text, TraceFormat format) =>
        Assert.Equal(format, TraceReader.Guess(new StringReader(text)));

    [Fact]
    public void The_first_jobs_are_those_submitted_first() =>
        Assert.Equal(["first", "second", "late"], Some.First(3).Jobs.Select(job => job.Job));

    [Fact]
    public void A_load_divides_the_times_between_submissions_and_leaves_the_first() =>
        Assert.Equal([60L, 20, 20, 120], Some.UnderLoad(2).Jobs.Select(job => job.SubmitSeconds));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    public void An_impossible_load_is_refused(double load) => Assert.Throws<ArgumentOutOfRangeException>(() => Some.UnderLoad(load));

    [Fact]
    public void A_perfect_estimate_is_the_run_time() =>
        Assert.All(Some.WithPerfectEstimates().Jobs, job => Assert.Equal(job.RunSeconds, job.EstimateSeconds));

    [Fact]
    public void Missing_columns_are_named()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "timestamp,duration,gpus\n2017-10-09 07:01:55,1,1\n");
            var unreadable = Assert.Throws<TraceUnreadableException>(() => TraceReader.Read(path, TraceFormat.Philly));
            Assert.Equal(
                $"The trace {path} cannot be read as philly: its first line lacks the columns num_gpus, cluster "
                + "(needed: timestamp, duration, num_gpus, cluster).",
                unreadable.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void What_was_guessed_is_told_when_it_made_nonsense()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "some,other,table\n1,2,3\n");
            var unreadable = Assert.Throws<TraceUnreadableException>(() => TraceReader.Read(path));
            Assert.Contains("2 lines are not SWF (which its first lines look like; --format says otherwise)", unreadable.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(TraceFormat.Openb)]
    [InlineData(TraceFormat.Philly)]
    [InlineData(TraceFormat.Swf)]
    public void Garbage_of_any_format_is_one_clear_sentence(TraceFormat format)
    {
        var garbage = typeof(Trace).Assembly.Location;
        var unreadable = Assert.Throws<TraceUnreadableException>(() => TraceReader.Read(garbage, format));
        Assert.StartsWith($"The trace {garbage} ", unreadable.Message);
    }
}
