namespace AkkaMLScheduler.Cluster;

/// <summary>What a member may be; everything that runs on members is tied to one of these.</summary>
public static class ClusterRoles
{
    /// <summary>Hosts the scheduler singleton, the jobs and the projections; needs the journal.</summary>
    public const string Scheduler = "scheduler";

    /// <summary>Runs tasks; needs the catalog's files, not the journal.</summary>
    public const string Worker = "worker";

    /// <summary>Runs ingestion pipelines; needs the catalog's files, not the journal.</summary>
    public const string Ingest = "ingest";

    /// <summary>Begins clusters and lets others in; hosts nothing, and needs neither journal nor catalog.</summary>
    public const string Lighthouse = "lighthouse";

    /// <summary>Begins what a member says of how it decides when the network splits: told as a role, but nothing that anything runs on.</summary>
    public const string SplitBrainPrefix = "sbr:";

    public static IReadOnlyList<string> All { get; } = [Scheduler, Worker, Ingest, Lighthouse];
}
