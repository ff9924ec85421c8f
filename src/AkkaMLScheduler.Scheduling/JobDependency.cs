namespace AkkaMLScheduler.Scheduling;

/// <summary>When another job must be over before this one may start.</summary>
public enum DependencyKind
{
    /// <summary>It must have succeeded. When it failed or was cancelled, this job can never start.</summary>
    AfterOk,

    /// <summary>It must be over, whatever its outcome.</summary>
    AfterAny,
}

/// <summary>A job that must be over first.</summary>
public sealed record JobDependency(string Job, DependencyKind Kind);
