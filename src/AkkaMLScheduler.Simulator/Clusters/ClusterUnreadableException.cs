namespace AkkaMLScheduler.Simulator;

/// <summary>A cluster's description or node list cannot be used; the message says where it is wrong and what would do, for the user.</summary>
public sealed class ClusterUnreadableException(string message, Exception? inner = null) : Exception(message, inner);
