namespace AkkaMLScheduler.Host.Configuration;

/// <summary>Who may use the HTTP API.</summary>
/// <param name="TokenFile">Absolute path of the file with the token; empty for the data folder's own.</param>
/// <param name="MetricsOpen">Whether /metrics answers without the token.</param>
public sealed record HttpAccess(string TokenFile, bool MetricsOpen);
