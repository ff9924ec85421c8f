namespace AkkaMLScheduler.Cli;

/// <summary>Something the user can mend: printed as one line, without a stack trace, and the exit code is 2.</summary>
public sealed class UserError(string message) : Exception(message);
