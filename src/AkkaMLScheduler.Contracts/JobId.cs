namespace AkkaMLScheduler.Contracts;

/// <summary>Names one job for ever.</summary>
public readonly record struct JobId(string Value)
{
    public override string ToString() => Value;
}
