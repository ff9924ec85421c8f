namespace AkkaMLScheduler.Scheduling;

/// <summary>
/// A decision was committed that does not fit the state: it was planned against another one, or committed twice. This is a bug or a
/// damaged ledger; the core that threw it must be thrown away.
/// </summary>
public sealed class DecisionMismatchException(string message) : InvalidOperationException(message);
