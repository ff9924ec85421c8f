using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace AkkaMLScheduler.Testing;

/// <summary>
/// A private PostgreSQL on a free loopback port with its files in a temporary folder: real, started in seconds, one database per test.
/// Takes the binaries of Debian's PostgreSQL 15 or those on PATH. As root it runs them as the system user <c>postgres</c>, for the
/// server refuses to run as root. Its own process is stopped by its id at the end. Share one per test collection.
/// What it has committed outlives the death of its processes (not that of the machine: it does not wait for the disk).
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private const string DebianBinaries = "/usr/lib/postgresql/15/bin";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private TemporaryFolder? _folder;
    private Process? _server;
    private int _port;
    private int _databases;

    /// <summary>Whether a commit reaches the disk before it is answered, as in earnest; tests need no such thing.</summary>
    public bool Durable { get; init; }

    /// <summary>Whether this machine has the binaries.</summary>
    public static bool IsInstalled => BinaryFolder() is not null;

    /// <summary>Id of the server's process, e.g. to kill it.</summary>
    public int ProcessId => Started().Id;

    public static void Require() =>
        Requires.That(IsInstalled, "PostgreSQL is not installed (no initdb on PATH or in " + DebianBinaries + ").");

    /// <summary>Creates an empty database and gives its connection string. Skips the test where PostgreSQL is not installed.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        Require();
        var name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
        await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {name}";
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async Task InitializeAsync()
    {
        if (BinaryFolder() is not { } binaries)
            return;
        _folder = new TemporaryFolder();
        var data = _folder.File("pg");
        Directory.CreateDirectory(data);
        if (RunsAsRoot)
        {
            Run("chmod", "755", _folder.Path);
            Run("chown", "postgres", data);
        }

        var init = Command(Path.Combine(binaries, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N");
        Finish(Process.Start(init)!);
        _port = FreePort.Kept();
        await StartAsync();
    }

    /// <summary>
    /// SIGKILL to the server and to all its processes at once: nothing is written any more, and the next start recovers from the log.
    /// Linux only. Clients see their connections break.
    /// </summary>
    public async Task CrashAsync()
    {
        var server = Started();
        // Stopped first, so that it can neither start more children nor take leave of them.
        Signal("STOP", server.Id);
        foreach (var child in ChildrenOf(server.Id)) Signal("KILL", child);
        Signal("KILL", server.Id);
        await server.WaitForExitAsync();
        server.Dispose();
        _server = null;
    }

    /// <summary>Starts the server again after a crash, with its files and on its port; waits until it has recovered.</summary>
    public async Task StartAsync()
    {
        var start = Command(
            Path.Combine(BinaryFolder()!, "postgres"),
            "-D", _folder!.File("pg"),
            "-p", _port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=",
            "-c", Durable ? "fsync=on" : "fsync=off",
            "-c", Durable ? "full_page_writes=on" : "full_page_writes=off",
            "-c", Durable ? "shared_buffers=256MB" : "shared_buffers=32MB",
            "-c", "max_connections=200",
            "-c", "log_min_messages=fatal");
        _server = Process.Start(start)!;
        _server.OutputDataReceived += static (_, _) => { };
        _server.ErrorDataReceived += static (_, _) => { };
        _server.BeginOutputReadLine();
        _server.BeginErrorReadLine();
        await WaitUntilReadyAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            // SIGINT is PostgreSQL's fast shutdown: sessions end, files are closed. setpriv and runuser hand it on or became the server.
            NpgsqlConnection.ClearAllPools();
            if (!_server.HasExited)
                Signal("INT", _server.Id);
            using var limit = new CancellationTokenSource(StopLimit);
            try
            {
                await _server.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _server.Kill(entireProcessTree: true);
            }

            _server.Dispose();
        }

        _folder?.Dispose();
    }

    private static bool RunsAsRoot => OperatingSystem.IsLinux() && Environment.UserName == "root";

    private static string? BinaryFolder() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Prepend(DebianBinaries)
        .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));

    private static ProcessStartInfo Command(string program, params string[] arguments)
    {
        // setpriv replaces itself by the program, so the process we hold is the server itself.
        string[] words = RunsAsRoot
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", program, .. arguments]
            : [program, .. arguments];
        return new ProcessStartInfo(words[0], words[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
        };
    }

    private static void Signal(string signal, int process)
    {
        // A child may have ended by itself meanwhile; that is as good.
        using var kill = Process.Start(new ProcessStartInfo("kill", [$"-{signal}", process.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        kill.WaitForExit();
    }

    private static IEnumerable<int> ChildrenOf(int parent) => Directory.EnumerateDirectories("/proc")
        .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) ? id : 0)
        .Where(id => id > 0 && ParentOf(id) == parent)
        .ToList();

    /// <summary>The fourth word of <c>/proc/ID/stat</c>; the second, the program's name in brackets, may hold spaces.</summary>
    private static int? ParentOf(int process)
    {
        try
        {
            var stat = System.IO.File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It has ended meanwhile.
            return null;
        }
    }

    private static void Run(string program, params string[] arguments) =>
        Finish(Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);

    private static void Finish(Process process)
    {
        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode}: {errors.Result}");
        }
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port.ToString(CultureInfo.InvariantCulture)};Username=postgres;Database={database}";

    private Process Started() => _server ?? throw new InvalidOperationException("the server is not started");

    private async Task WaitUntilReadyAsync()
    {
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return;
            }
            catch (NpgsqlException) when (since.Elapsed < StartLimit && !Started().HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50));
            }
        }
    }
}
