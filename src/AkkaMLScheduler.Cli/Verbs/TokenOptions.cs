using System.CommandLine;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>
/// How a verb comes by the API's token: it is given, or it lies in the data folder of a node on this machine. What is found there is
/// shown to this machine only; another server's token has to be given.
/// </summary>
internal static class TokenOptions
{
    private const string Variable = "AMLS_TOKEN";

    private static readonly Option<string?> Token = new("--token")
    {
        Description = $"The API's token; also from {Variable}, or from the data folder. Others on this machine can see a command line: prefer the latter two.",
    };

    private static readonly Option<string> DataDir = new("--data-dir")
    {
        Description = $"Data folder of a node on this machine; its {ApiTokenFile.Name} is used.",
        DefaultValueFactory = _ => ApiTokenFile.DefaultDataDir,
    };

    public static IReadOnlyList<Option> All { get; } = [Token, DataDir];

    /// <returns>Null when there is none; the server says then how to come by one.</returns>
    /// <exception cref="UserError">The token's file is there but may not be read.</exception>
    public static string? Find(ParseResult parse, Uri server)
    {
        if (parse.GetValue(Token) is { Length: > 0 } given) return given.Trim();
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } exported) return exported.Trim();
        var file = Path.Combine(parse.GetValue(DataDir)!, ApiTokenFile.Name);
        if (!server.IsLoopback || !File.Exists(file)) return null;
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"the API token '{file}' cannot be read: {e.Message}; give one with --token or {Variable}");
        }
    }
}
