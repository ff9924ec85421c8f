namespace AkkaMLScheduler.Contracts.Api;

/// <summary>Where a node keeps the API's token, so that a client on the same machine finds it by itself.</summary>
public static class ApiTokenFile
{
    /// <summary>Its name in the data folder.</summary>
    public const string Name = "api-token";

    /// <summary>The data folder of a node that was given no other, in the working folder.</summary>
    public const string DefaultDataDir = "amls-data";
}
