using System.CommandLine;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Host.Configuration;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>The options of verbs that start nodes in this process.</summary>
public sealed class NodeOptions
{
    private readonly Option<string?> _config = new("--config") { Description = "HOCON file laid over the built-in settings (hocon/amls.conf explains each)." };

    private readonly Option<string?> _postgres = new("--postgres")
    {
        Description = "Npgsql connection string: journals and catalog go there instead of SQLite files.",
    };

    public Option<int?> Port { get; } = new("--port") { Description = "TCP port of the HTTP API on loopback; 0 takes a free one." };

    public Option<string?> DataDir { get; } = new("--data-dir") { Description = "Folder of everything that is kept on files." };

    public void AddTo(Command command)
    {
        AddStorageTo(command);
        command.Options.Add(Port);
    }

    /// <summary>Only what says where a node keeps its things.</summary>
    public void AddStorageTo(Command command)
    {
        foreach (var option in new Option[] { DataDir, _postgres, _config }) command.Options.Add(option);
    }

    public NodeSettings Read(ParseResult parse)
    {
        var settings = NodeSettings.Load((parse.GetValue(_config) is { } file ? ReadFile(file) : "") + "\n" + EnvironmentSettings.OfProcess());
        if (parse.GetValue(DataDir) is { } folder) settings = settings with { DataDir = Path.GetFullPath(folder) };
        if (parse.GetValue(_postgres) is { } connection) settings = settings with { Database = CatalogProvider.PostgreSql, PostgresConnection = connection };
        if (parse.GetValue(Port) is { } port)
        {
            if (port is < 0 or > 65535) throw new UserError($"--port is {port}; it must be from 0 to 65535");
            settings = settings with { HttpPort = port };
        }

        return settings;
    }

    private static string ReadFile(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"cannot read --config '{file}': {e.Message}");
        }
    }
}
