using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cluster.Workers;

/// <summary>One try of one rank; never reused.</summary>
public readonly record struct TaskKey(JobId Job, int Attempt, int Rank)
{
    public override string ToString() => $"{Job}.{Attempt}.{Rank}";
}
