using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>
/// Reads Alibaba's list of pods. A pod is one task: CPU, and no GPU, a share of one (<c>gpu_milli</c> below 1,000) or whole ones of the
/// models that <c>gpu_spec</c> lists. Memory plays no part, as in the experiments published with the trace. A pod runs from when it was
/// scheduled (created, when it never was) to when it was deleted; there are no estimates, so the run time stands for them. The user is
/// the class of service, <c>qos</c>: the trace says no more.
/// </summary>
internal static class OpenbReader
{
    public static readonly IReadOnlyList<string> Columns =
        ["name", "cpu_milli", "num_gpu", "gpu_milli", "gpu_spec", "qos", "creation_time", "deletion_time", "scheduled_time"];

    private const int Name = 0, MilliCpu = 1, Gpus = 2, MilliGpu = 3, GpuSpec = 4, Qos = 5, Created = 6, Deleted = 7, Scheduled = 8;

    public static Trace Read(TextReader text)
    {
        var jobs = new List<TraceJob>();
        var malformed = new MalformedLines();
        var users = new Dictionary<string, string>(StringComparer.Ordinal);
        var selectors = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
        using var rows = new CsvRows(text, Columns);
        while (rows.Read())
        {
            if (Parse(rows, out var pod) is { } problem)
            {
                malformed.Add(rows.Line, problem);
                continue;
            }

            var user = rows.Text(Qos).ToString();
            if (!users.TryAdd(user, user)) user = users[user];
            jobs.Add(pod! with { User = user, Selector = SelectorOf(selectors, rows.Text(GpuSpec).ToString()) });
        }

        return new Trace(jobs, malformed.First, malformed.Count, null) { Format = TraceFormat.Openb };
    }

    private static string? Parse(CsvRows rows, out TraceJob? pod)
    {
        pod = null;
        var label = rows.Text(Name);
        if (label.IsEmpty) return "a pod needs a name";
        if (rows.Number(MilliCpu, out var milliCpu) is { } noCpu) return noCpu;
        if (rows.Number(Gpus, out var gpus) is { } noGpus) return noGpus;
        if (milliCpu < 0) return $"cpu_milli is {Shown(milliCpu)}; amounts start at 0";
        if (gpus is < 0 or > NodeCapacity.MaxGpus || gpus != Math.Floor(gpus))
            return $"num_gpu is {Shown(gpus)}; a pod has 0 to {NodeCapacity.MaxGpus} whole GPUs, or gpu_milli of one";
        var share = (double)Resources.PerGpu;
        if (gpus > 0 && rows.Number(MilliGpu, out share) is { } noShare) return noShare;
        if (share is < 1 or > Resources.PerGpu || share != Math.Floor(share)) return $"gpu_milli is {Shown(share)}; it is from 1 to 1000";
        if (gpus > 1 && share < Resources.PerGpu) return $"gpu_milli is {Shown(share)} of {Shown(gpus)} GPUs; only one GPU can be shared";
        if (rows.Number(Created, out var created) is { } noCreation) return noCreation;
        if (created < 0) return $"created at {Shown(created)}; times start at 0";
        if (rows.Number(Deleted, out var deleted) is { } noDeletion) return noDeletion;
        var began = created;
        if (!rows.Text(Scheduled).IsEmpty && rows.Number(Scheduled, out began) is { } noStart) return noStart;
        // As in the other formats, a pod that did not run counts as one second.
        var run = Math.Max(1, (long)Math.Round(deleted - began));
        pod = TraceJob.OfGpus(label.ToString(), (long)Math.Round(created), run, (long)(gpus * share), (long)Math.Round(milliCpu));
        return null;
    }

    private static IReadOnlyDictionary<string, string> SelectorOf(Dictionary<string, IReadOnlyDictionary<string, string>> known, string models)
    {
        if (models.Length == 0) return NodeCapacity.NoLabels;
        if (known.TryGetValue(models, out var selector)) return selector;
        selector = new Dictionary<string, string>(StringComparer.Ordinal) { [NodeCapacity.GpuModelLabel] = models };
        known.Add(models, selector);
        return selector;
    }

    private static string Shown(double value) => value.ToString(CultureInfo.InvariantCulture);
}
