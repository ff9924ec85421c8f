using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Simulator;

/// <summary>How a trace is replayed.</summary>
/// <param name="Policy">Any registered order, backfill and placement; preemption must be <c>none</c>.</param>
/// <param name="Events">How events at the same instant are taken.</param>
/// <param name="Progress">Told the number of jobs that have ended, about once in a thousand.</param>
public sealed record SimulationSettings(SchedulingPolicy Policy, EventMode Events = EventMode.Batch, IProgress<int>? Progress = null);
