namespace AkkaMLScheduler.Scheduling;

/// <summary>Why a pending attempt does not start now: a code, and a text that says the same to a person, with figures.</summary>
public sealed record Unschedulable(string Job, int Attempt, PendingReason Reason, string Text);
