namespace AkkaMLScheduler.Workloads.Gangs;

/// <summary>Another rank is gone, silent, or not of this attempt.</summary>
internal sealed class GangBrokenException(string message, Exception? inner = null) : Exception(message, inner);
