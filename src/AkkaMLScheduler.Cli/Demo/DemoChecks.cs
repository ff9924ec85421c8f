using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Ingestion.Generation;

namespace AkkaMLScheduler.Cli.Demo;

/// <summary>What must be so at the end of the story.</summary>
public static class DemoChecks
{
    /// <param name="expected">Null when the records were the user's.</param>
    /// <param name="continued">An earlier run was cut off: what its end interrupted may stand for what the story would have interrupted.</param>
    public static IReadOnlyList<DemoCheck> Of(
        IReadOnlyList<DatasetView> datasets, IReadOnlyList<JobView> jobs, ExpectedCounts? expected, bool continued)
    {
        var raw = datasets.Single(d => d.Name == DemoSettings.Raw);
        var processed = datasets.Single(d => d.Name == DemoSettings.Processed);
        var curated = datasets.Single(d => d.Name == DemoSettings.Curated);
        var checks = new List<DemoCheck>();
        foreach (var d in new[] { raw, processed, curated })
        {
            checks.Add(new(
                $"every record of {d.Name} is accounted for", d.Read == d.Accepted + d.Rejected + d.Filtered + d.Duplicates && d.Rows == d.Accepted,
                $"{d.Read:N0} read = {d.Accepted:N0} accepted + {d.Rejected:N0} rejected + {d.Filtered:N0} filtered + {d.Duplicates:N0} duplicates; {d.Rows:N0} rows"));
        }

        if (expected is not null)
        {
            checks.Add(new(
                "the counts are those of the generated records",
                raw.Read == expected.Read && raw.Rejected == expected.Malformed && processed.Duplicates == expected.Duplicates && curated.Rows == expected.Distinct,
                $"{expected.Read:N0} generated, {expected.Malformed:N0} of them malformed, {expected.Duplicates:N0} duplicates, {expected.Distinct:N0} distinct"));
        }

        checks.Add(new(
            "each layer comes from exactly the version before", Parent(processed) == $"{raw.Name}@{raw.Version}" && Parent(curated) == $"{processed.Name}@{processed.Version}",
            $"{curated.Name}@{curated.Version} from {Parent(curated)} from {Parent(processed)}"));
        checks.Add(new(
            "every job succeeded", jobs.All(j => j.Status == JobStatus.Succeeded),
            $"{jobs.Count(j => j.Status == JobStatus.Succeeded)} of {jobs.Count}"));

        var background = jobs.Single(j => j.Id == DemoJobs.Background);
        var train = jobs.Single(j => j.Id == DemoJobs.Train);
        var flaky = jobs.Single(j => j.Id == DemoJobs.Flaky);
        checks.Add(new(
            "the failing job was tried again", flaky.Attempts >= 2 && (flaky.Failures == 1 || (continued && flaky.Interruptions > 0)),
            $"{flaky.Failures} failures, {flaky.Interruptions} interruptions, {flaky.Attempts} attempts"));
        checks.Add(new(
            "the low priority job made room and resumed from its checkpoint",
            background is { Preemptions: > 0, ResumedFromStep: > 0 } || (continued && background.Interruptions > 0),
            $"{background.Preemptions} preemptions, {background.Interruptions} interruptions, resumed from step {background.ResumedFromStep ?? 0}"));
        checks.Add(new(
            "the gang lost a rank and resumed from its checkpoint", train.Interruptions > 0 && (continued || train.ResumedFromStep > 0),
            $"{train.Interruptions} interruptions, resumed from step {train.ResumedFromStep ?? 0}"));
        return checks;
    }

    private static string Parent(DatasetView dataset) => string.Join(", ", dataset.Parents);
}
