namespace AkkaMLScheduler.Simulator;

/// <summary>A trace could not be read at all; the message says which file and why, for the user.</summary>
public sealed class TraceUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
