using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AkkaMLScheduler.Simulator.Report;

/// <summary>
/// What the page's script draws, as JSON that can stand inside a script element (the default encoder escapes &lt;, &gt; and &amp;).
/// Times are seconds from the first submission. Long lists are <see cref="PackedNumbers"/>.
/// </summary>
internal sealed class ReportData
{
    /// <summary>Three numbers each; a screen has no more columns to show.</summary>
    public const int Buckets = 1_000;

    /// <summary>Shares by user are areas, not lines: fewer parts are smoother to read.</summary>
    public const int ShareBuckets = 400;

    private const double ShareScale = 10_000;
    private const double CountScale = 100;
    private const double SlowdownScale = 1_000;

    private readonly SimulatedCluster _cluster;
    private readonly IReadOnlyList<ReportRun> _runs;
    private readonly Users _users;
    private readonly IReadOnlyList<NodeBand> _bands;
    private readonly RowUnit _unit;
    private readonly long _from;
    private readonly long _to;
    private readonly int _ganttLimit;
    private readonly bool _numberedJobs;

    public ReportData(SimulatedCluster cluster, IReadOnlyList<ReportRun> runs, int ganttLimit)
    {
        _cluster = cluster;
        _runs = runs;
        _ganttLimit = ganttLimit;
        _users = Users.Of(runs);
        _bands = NodeBand.Of(cluster);
        var jobs = runs.SelectMany(run => run.Result.Jobs).ToArray();
        _from = jobs.Length == 0 ? 0 : jobs.Min(job => job.Submit);
        _to = jobs.Length == 0 ? 1 : Math.Max(jobs.Max(job => job.End), _from + 1);
        _unit = RowUnit.Of(jobs);
        _numberedJobs = jobs.All(job => IsPlainNumber(job.Job));
    }

    /// <summary>From the first submission to the last end over all runs.</summary>
    public TimeSpan Span => TimeSpan.FromSeconds(_to - _from);

    public int UserCount => _users.Names.Count;

    public string Unit => NodeBand.CountsGpus(_cluster) ? "GPUs" : "processors";

    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer)) Write(json);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static bool IsPlainNumber(string label) =>
        long.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= int.MaxValue
        && number.ToString(CultureInfo.InvariantCulture) == label;

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("unit", Unit);
        json.WriteNumber("size", _cluster.Size);
        json.WriteNumber("span", _to - _from);
        json.WriteNumber("perRow", _unit.PerRow);
        json.WriteNumber("named", Users.MostNamed);
        json.WritePropertyName("users");
        WriteStrings(json, _users.Names);
        json.WriteStartArray("nodes");
        foreach (var band in _bands)
        {
            json.WriteStartObject();
            json.WriteString("name", band.Node);
            json.WriteNumber("rows", band.Rows);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("runs");
        foreach (var run in _runs) WriteRun(json, run);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteRun(Utf8JsonWriter json, ReportRun run)
    {
        var jobs = run.Result.Jobs;
        var times = jobs.SelectMany(Occupancy.Of).ToArray();
        json.WriteStartObject();
        json.WriteString("label", run.Label);
        WriteSeries(json, "utilisation", times.SelectMany(Held), ShareFactor, ShareScale);
        WriteSeries(json, "waitingJobs", times.SelectMany(time => Queued(time, 1)), CountScale, CountScale);
        var queuedSizes = times.SelectMany(time => Queued(time, _unit.Of(time.Job.Size)));
        WriteSeries(json, "waitingSize", queuedSizes, CountScale / _unit.PerRow, CountScale);
        WriteDistribution(json, "waits", CumulativeDistribution.Of(jobs.Select(job => (double)job.Wait)), 1);
        WriteDistribution(json, "slowdowns", CumulativeDistribution.Of(jobs.Select(job => job.BoundedSlowdown)), SlowdownScale);
        json.WriteStartArray("sizes");
        foreach (var size in SizeClass.Of(jobs))
        {
            json.WriteStartObject();
            json.WriteNumber("exponent", size.Exponent);
            json.WriteNumber("jobs", size.Jobs);
            json.WriteNumber("median", Math.Round(size.WaitMedianSeconds, 1));
            json.WriteNumber("p95", Math.Round(size.WaitP95Seconds, 1));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (_users.Names.Count > 0) WriteShares(json, times);
        WriteGantt(json, jobs, times.Length);
        json.WriteEndObject();
    }

    /// <summary>From units of size to the packed share of the cluster.</summary>
    private double ShareFactor => ShareScale / _unit.Of(Math.Max(_cluster.Size, 1));

    private IEnumerable<(long At, long Change)> Held(Occupancy time) =>
        [(time.Start, _unit.Of(time.Job.Size)), (time.End, -_unit.Of(time.Job.Size))];

    private static IEnumerable<(long At, long Change)> Queued(Occupancy time, long size) => [(time.QueuedSince, size), (time.Start, -size)];

    /// <summary>Values times <paramref name="factor"/>, rounded; the script divides by <paramref name="scale"/>.</summary>
    private void WriteSeries(Utf8JsonWriter json, string name, IEnumerable<(long At, long Change)> changes, double factor, double scale)
    {
        var buckets = StepSeries.Of(changes).Bucketed(_from, _to, Buckets);
        json.WriteStartObject(name);
        json.WriteNumber("scale", scale);
        json.WriteString("mean", PackedNumbers.Deltas(buckets.Mean, factor));
        json.WriteString("min", PackedNumbers.Deltas(buckets.Min.Select(value => (double)value), factor));
        json.WriteString("max", PackedNumbers.Deltas(buckets.Max.Select(value => (double)value), factor));
        json.WriteEndObject();
    }

    private static void WriteDistribution(Utf8JsonWriter json, string name, CumulativeDistribution distribution, double scale)
    {
        json.WriteStartObject(name);
        json.WriteNumber("scale", scale);
        json.WriteString("values", PackedNumbers.Deltas(distribution.Values, scale));
        json.WriteString("counts", PackedNumbers.Deltas(distribution.Counts));
        json.WriteEndObject();
    }

    /// <summary>Of the cluster, over time: each named user, then all others together.</summary>
    private void WriteShares(Utf8JsonWriter json, IReadOnlyList<Occupancy> times)
    {
        json.WriteStartArray("shares");
        var byUser = times.ToLookup(time => Math.Min(_users.IndexOf(time.Job.User), Users.MostNamed));
        for (var user = 0; user < Math.Min(_users.Names.Count, Users.MostNamed + 1); user++)
        {
            var mean = StepSeries.Of(byUser[user].SelectMany(Held)).Bucketed(_from, _to, ShareBuckets).Mean;
            json.WriteStringValue(PackedNumbers.Deltas(mean, ShareFactor));
        }

        json.WriteEndArray();
    }

    /// <summary>One list per column, in order of the bars' starts, so that each compresses well and is read in one go.</summary>
    private void WriteGantt(Utf8JsonWriter json, IReadOnlyList<JobOutcome> jobs, int all)
    {
        var bars = Gantt.Of(_bands, _unit, jobs, _ganttLimit);
        json.WriteStartObject("gantt");
        json.WriteNumber("all", all);
        json.WriteNumber("bars", bars.Count);
        json.WriteString("start", PackedNumbers.Deltas(bars.Select(bar => bar.Time.Start - _from)));
        WriteColumn(json, "run", bars, bar => bar.Time.End - bar.Time.Start);
        WriteColumn(json, "wait", bars, bar => bar.Time.Start - bar.Time.QueuedSince);
        WriteColumn(json, "size", bars, bar => _unit.Of(bar.Time.Job.Size));
        WriteColumn(json, "user", bars, bar => _users.IndexOf(bar.Time.Job.User));
        if (_numberedJobs)
        {
            json.WriteString("job", PackedNumbers.Deltas(bars.Select(bar => long.Parse(bar.Time.Job.Job, CultureInfo.InvariantCulture))));
        }
        else
        {
            json.WritePropertyName("job");
            WriteStrings(json, bars.Select(bar => bar.Time.Job.Job));
        }

        var rows = new PackedNumbers();
        foreach (var bar in bars)
        {
            rows.Add(bar.Rows.Count);
            foreach (var range in bar.Rows) rows.AddDelta(range.First).Add(range.Count);
        }

        json.WriteString("rows", rows.ToString());
        json.WriteEndObject();
    }

    private static void WriteColumn(Utf8JsonWriter json, string name, IReadOnlyList<GanttBar> bars, Func<GanttBar, long> column)
    {
        var packed = new PackedNumbers();
        foreach (var bar in bars) packed.Add(column(bar));
        json.WriteString(name, packed.ToString());
    }

    private static void WriteStrings(Utf8JsonWriter json, IEnumerable<string> strings)
    {
        json.WriteStartArray();
        foreach (var text in strings) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
