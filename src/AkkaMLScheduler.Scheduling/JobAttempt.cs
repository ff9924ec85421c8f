namespace AkkaMLScheduler.Scheduling;

/// <summary>One try of a job. The attempt number is the fencing token: a higher one makes every lower one void.</summary>
public readonly record struct JobAttempt(string Job, int Attempt)
{
    public override string ToString() => $"{Job}#{Attempt}";
}
