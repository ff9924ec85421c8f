namespace AkkaMLScheduler.Contracts;

/// <summary>When a task saves its state: every <paramref name="Every"/> steps, keeping the last <paramref name="Keep"/> files.</summary>
public sealed record CheckpointSpec(long Every, int Keep);
