using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using AkkaMLScheduler.Scheduling;
using AkkaMLScheduler.Simulator.Report;

namespace AkkaMLScheduler.Simulator.Tests.Report;

public sealed class HtmlReportTests
{
    private const string Hostile = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\"'<!--";
    private static readonly SimulatedCluster Machine = SimulatedCluster.OfProcessors(100);

    private static ReportRun Run(string label, int seed = 1, string order = "fifo", Func<int, TraceJob, TraceJob>? change = null)
    {
        var random = new Random(seed);
        var at = 0;
        var jobs = Enumerable.Range(0, 200).Select(index =>
        {
            var job = TraceJob.OfProcessors($"{index}", at += random.Next(60), random.Next(1, 2_000), 2_000, random.Next(1, 101))
                with
            { Priority = random.Next(3), User = $"user {random.Next(12)}" };
            return change?.Invoke(index, job) ?? job;
        });
        var settings = new SimulationSettings(new SchedulingPolicy(order, "none", "best-fit", "none"));
        return new ReportRun(label, Simulation.Run(TraceOf([.. jobs]), Machine, settings));
    }

    private static Trace TraceOf(TraceJob[] jobs) => TraceReader.ReadSwf(new StringReader("")) with { Jobs = jobs };

    private static string Page(string title, params ReportRun[] runs)
    {
        using var html = new StringWriter();
        HtmlReport.Write(html, title, Machine, runs);
        return html.ToString();
    }

    private static JsonElement DataOf(string page) => JsonDocument.Parse(
        Regex.Match(page, "<script type=\"application/json\" id=\"data\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value).RootElement;

    [Fact]
    public void The_page_holds_every_figure_of_every_run()
    {
        ReportRun[] runs = [Run("fifo"), Run("priority", order: "priority")];
        var page = Page("trace", runs);
        Assert.Contains("200 jobs of 12 users, replayed 2 ways on a machine of 100 processors.", page);
        foreach (var run in runs)
        {
            Assert.Contains($"</span>{run.Label}</th>", page);
            var metrics = JsonSerializer.SerializeToElement(run.Result.Metrics).EnumerateObject().ToList();
            Assert.NotEmpty(metrics);
            foreach (var metric in metrics.Where(metric => metric.Value.ValueKind == JsonValueKind.Number && metric.Value.GetDouble() != 0))
            {
                var scale = metric.Name is "utilisation" or "allocation_rate" or "finish_time_unfair" ? 100 : 1;
                var whole = (metric.Value.GetDouble() * scale).ToString("R", CultureInfo.InvariantCulture);
                Assert.True(page.Contains($"title=\"{whole}\"", StringComparison.Ordinal), $"{metric.Name} of {run.Label} is missing");
            }
        }
    }

    [Fact]
    public void The_best_run_of_a_row_is_marked_and_only_it()
    {
        ReportRun[] runs = [Run("fifo"), Run("priority", order: "priority")];
        var best = runs.Min(run => run.Result.Metrics.WaitMeanSeconds);
        var row = Page("trace", runs).Split('\n').Single(line => line.Contains(">Wait, mean<", StringComparison.Ordinal));
        var marked = Assert.Single(Regex.Matches(row, "<td class=\"best\" title=\"([^\"]+)\"").Cast<Match>());
        Assert.Equal(best, double.Parse(marked.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.DoesNotContain("<td class=\"best\"", Page("trace", runs[0]));
    }

    [Fact]
    public void The_series_are_those_of_the_jobs()
    {
        var run = Run("fifo");
        var jobs = run.Result.Jobs.ToArray();
        var data = DataOf(Page("trace", run));
        var drawn = data.GetProperty("runs")[0];
        var span = data.GetProperty("span").GetInt64();
        Assert.Equal(jobs.Max(job => job.End) - jobs.Min(job => job.Submit), span);

        double Mean(string name) => PackedReader.ReadDeltas(drawn.GetProperty(name).GetProperty("mean").GetString()!).Average()
            / drawn.GetProperty(name).GetProperty("scale").GetDouble();
        Assert.Equal(run.Result.Metrics.Utilisation, Mean("utilisation"), 1e-4);
        // Little's law: the mean queue is the waits' sum over the time.
        Assert.Equal(jobs.Sum(job => job.Wait) / (double)span, Mean("waitingJobs"), 1e-2);
        Assert.Equal(jobs.Sum(job => job.Wait * job.Size) / (double)span, Mean("waitingSize"), 1e-2);
        var shares = drawn.GetProperty("shares").EnumerateArray().Select(share => PackedReader.ReadDeltas(share.GetString()!)).ToArray();
        Assert.Equal(9, shares.Length);
        Assert.Equal(run.Result.Metrics.Utilisation, shares.Sum(share => share.Average()) / 10_000, 1e-3);
        var waits = drawn.GetProperty("waits");
        Assert.Equal(jobs.Max(job => job.Wait), PackedReader.ReadDeltas(waits.GetProperty("values").GetString()!)[^1]);
    }

    [Fact]
    public void The_gantt_holds_every_job_with_its_times_and_rows()
    {
        var run = Run("fifo");
        var gantt = DataOf(Page("trace", run)).GetProperty("runs")[0].GetProperty("gantt");
        var jobs = run.Result.Jobs.OrderBy(job => job.Start).ToArray();
        var origin = jobs.Min(job => job.Submit);
        Assert.Equal(jobs.Select(job => job.Start - origin), PackedReader.ReadDeltas(gantt.GetProperty("start").GetString()!));
        Assert.Equal(jobs.Select(job => job.Run), PackedReader.Read(gantt.GetProperty("run").GetString()!));
        Assert.Equal(jobs.Select(job => job.Wait), PackedReader.Read(gantt.GetProperty("wait").GetString()!));
        Assert.Equal(jobs.Select(job => (long)job.Size), PackedReader.Read(gantt.GetProperty("size").GetString()!));
        Assert.Equal(jobs.Select(job => job.Job), PackedReader.ReadDeltas(gantt.GetProperty("job").GetString()!).Select(job => $"{job}"));
        var rows = PackedReader.Read(gantt.GetProperty("rows").GetString()!);
        var at = 0;
        foreach (var job in jobs)
        {
            var size = 0L;
            for (var ranges = rows[at++]; ranges > 0; ranges--, at += 2) size += rows[at + 1];
            Assert.Equal((long)job.Size, size);
        }
    }

    [Fact]
    public void A_job_that_was_preempted_is_drawn_each_time_it_ran_and_waits_in_between()
    {
        var job = new JobOutcome("a", 0, 10, 100, 50, "machine")
        {
            Preemptions = 1,
            Spans = [new JobSpan(10, 30, "machine"), new JobSpan(70, 100, "machine")],
        };
        var run = new ReportRun("fifo", Run("fifo").Result with { Jobs = [job] });
        var drawn = DataOf(Page("trace", run)).GetProperty("runs")[0];
        var gantt = drawn.GetProperty("gantt");
        Assert.Equal([10L, 70], PackedReader.ReadDeltas(gantt.GetProperty("start").GetString()!));
        Assert.Equal([20L, 30], PackedReader.Read(gantt.GetProperty("run").GetString()!));
        Assert.Equal([10L, 40], PackedReader.Read(gantt.GetProperty("wait").GetString()!));
        // Half of the machine for half of the time.
        var inUse = PackedReader.ReadDeltas(drawn.GetProperty("utilisation").GetProperty("mean").GetString()!);
        Assert.Equal(0.25, inUse.Average() / 10_000, 1e-3);
    }

    [Fact]
    public void Hostile_labels_cannot_end_the_script_or_become_markup()
    {
        var run = Run(Hostile, change: (index, job) => job with { Job = $"{Hostile}{index}", User = index % 2 == 0 ? Hostile : "\u2028" });
        var page = Page(Hostile, run, run);
        var plain = Page("plain", Run("plain"), Run("plain"));
        // As many script elements, images and comments as a page without hostile text.
        foreach (var markup in new[] { "<script", "</script", "<img", "<!--", "alert(1)</" })
            Assert.Equal(Regex.Count(plain, Regex.Escape(markup)), Regex.Count(page, Regex.Escape(markup)));
        var data = DataOf(page);
        Assert.Equal(Hostile, data.GetProperty("runs")[0].GetProperty("label").GetString());
        Assert.Contains(Hostile, data.GetProperty("users").EnumerateArray().Select(user => user.GetString()));
        Assert.Equal(
            run.Result.Jobs.OrderBy(job => job.Start).Select(job => job.Job),
            data.GetProperty("runs")[0].GetProperty("gantt").GetProperty("job").EnumerateArray().Select(job => job.GetString()));
        // Text from a trace reaches the page's elements as text only.
        Assert.DoesNotContain("innerHTML", page);
        Assert.DoesNotContain("insertAdjacentHTML", page);
    }

    [Fact]
    public void Without_users_there_is_nothing_about_users()
    {
        var data = DataOf(Page("trace", Run("fifo", change: (_, job) => job with { User = "" })));
        Assert.Equal(0, data.GetProperty("users").GetArrayLength());
        Assert.False(data.GetProperty("runs")[0].TryGetProperty("shares", out _));
    }

    [Fact]
    public void The_page_needs_nothing_but_itself()
    {
        var page = Page("trace", Run("fifo"));
        Assert.DoesNotMatch("""(src|href)\s*=|@import|url\(|import\s*\(|fetch\(|XMLHttpRequest|https?://""", page);
    }

    [Fact]
    public void The_same_runs_give_the_same_page()
    {
        var run = Run("fifo");
        Assert.Equal(Page("trace", run, run), Page("trace", run, run));
    }

    [Fact]
    public void Runs_in_which_nothing_ran_still_give_a_page()
    {
        var run = Run("fifo", change: (_, job) => TraceJob.OfProcessors(job.Job, 0, 1, 1, 101));
        Assert.Empty(run.Result.Jobs);
        Assert.Contains(">Jobs larger than the cluster<", Page("trace", run));
    }

    [Fact]
    public void No_runs_are_an_error_that_says_so() =>
        Assert.Contains("at least one run", Assert.Throws<ArgumentException>(() => Page("trace")).Message);

    [Fact]
    public void A_long_trace_is_cut_where_the_limit_is_and_the_page_knows_how_much_is_missing()
    {
        var outcomes = Enumerable.Range(0, HtmlReport.MaxGanttBars + 5)
            .Select(index => new JobOutcome($"{index}", index, index, index + 1, 1, "machine")).ToArray();
        var gantt = DataOf(Page("long", new ReportRun("fifo", Run("fifo").Result with { Jobs = outcomes })))
            .GetProperty("runs")[0].GetProperty("gantt");
        Assert.Equal(HtmlReport.MaxGanttBars + 5, gantt.GetProperty("all").GetInt32());
        Assert.Equal(HtmlReport.MaxGanttBars, gantt.GetProperty("bars").GetInt32());
        Assert.Equal(HtmlReport.MaxGanttBars, PackedReader.Read(gantt.GetProperty("size").GetString()!).Length);
    }

    [SkippableFact]
    public void Four_runs_of_the_whole_kth_log_are_a_page_of_a_few_megabytes()
    {
        var trace = TraceReader.ReadSwf(SharedData.Path("swf/KTH-SP2.swf"));
        var users = trace with { Jobs = [.. trace.Jobs.Select((job, index) => job with { User = $"user {index % 200}" })] };
        var settings = new SimulationSettings(new SchedulingPolicy("fifo", "none", "best-fit", "none"));
        var run = new ReportRun("fifo", Simulation.Run(users, Machine, settings));
        Assert.InRange(Page("KTH-SP2", run, run, run, run).Length, 1_000_000, 4_000_000);
    }
}
