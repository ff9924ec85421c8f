namespace AkkaMLScheduler.Simulator;

/// <summary>A line of a trace that was skipped: its number from 1, and why.</summary>
public sealed record MalformedLine(int Line, string Reason)
{
    public override string ToString() => $"line {Line}: {Reason}";
}
