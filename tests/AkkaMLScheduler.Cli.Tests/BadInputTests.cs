using System.Net;
using System.Net.Sockets;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Cli.Tests;

/// <summary>Whatever the user gets wrong: one clear line, exit code 2, no stack trace.</summary>
public sealed class BadInputTests
{
    [Theory]
    [InlineData("--input '/no/such/file' does not exist", "demo", "--input", "/no/such/file")]
    [InlineData("--seed is -1", "demo", "--seed", "-1")]
    [InlineData("Connection refused", "demo", "--postgres", "Host=127.0.0.1;Port=1;Username=x;Database=x")]
    [InlineData("connection string", "demo", "--postgres", "nonsense")]
    [InlineData("cannot read --config", "up", "--config", "/no/such/file")]
    [InlineData("--port is 99999", "up", "--port", "99999")]
    [InlineData("workers were asked for", "up", "--workers", "0", "--port", "0")]
    [InlineData("Unrecognized command", "frobnicate")]
    [InlineData("cannot read '/no/such/spec'", "submit", "/no/such/spec")]
    [InlineData("cannot read '/no/such/pipeline'", "apply", "-f", "/no/such/pipeline")]
    [InlineData("is no id or name", "delete", "pipeline", "NOT/A/NAME")]
    [InlineData("is a node running there?", "get", "jobs", "--server", "http://127.0.0.1:1")]
    [InlineData("is not an http address", "get", "jobs", "--server", "elsewhere")]
    [InlineData("is no id or name", "logs", "NOT/AN/ID")]
    [InlineData("there is no 'job.retries'; did you mean 'job.retry'?", "explain-schema", "job.retries")]
    [InlineData("the JSON Schema is of a whole job", "explain-schema", "job.retry", "-o", "json")]
    [InlineData("Required argument 'id' missing", "wait")]
    [InlineData("cannot be read", "simulate", "--trace", "/no/such/trace", "--processors", "10")]
    [InlineData("'lifo' not recognized. Must be one of: 'drf'", "simulate", "--trace", "x", "--order", "lifo")]
    public async Task A_mistake_is_one_line_and_exit_code_2(string expected, params string[] arguments)
    {
        var amls = await Amls.RunAsync(arguments);

        Assert.Equal(ExitCodes.BadInput, amls.ExitCode);
        var complaint = Assert.Single(amls.Error.Split('\n'), line => line.StartsWith("amls: ", StringComparison.Ordinal) && line.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain("   at ", amls.Error + amls.Output);
        Assert.DoesNotContain("Exception", complaint);
    }

    [Fact]
    public async Task A_file_of_garbage_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var garbage = folder.File("garbage.csv");
        var bytes = new byte[50_000];
        new Random(1).NextBytes(bytes);
        await File.WriteAllBytesAsync(garbage, bytes);

        var amls = await Amls.RunAsync("demo", "--input", garbage, "--data-dir", folder.File("data"));

        Assert.Equal(ExitCodes.BadInput, amls.ExitCode);
        Assert.Contains($"'{garbage}' is not text", amls.Error);
        Assert.DoesNotContain("   at ", amls.Error + amls.Output);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;

        var amls = await Amls.RunAsync("up", "--port", $"{port}", "--data-dir", folder.Path);

        Assert.Equal(ExitCodes.BadInput, amls.ExitCode);
        Assert.Contains($"HTTP {port}", amls.Error);
        Assert.DoesNotContain("   at ", amls.Error + amls.Output);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_named()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("file");
        await File.WriteAllTextAsync(file, "");

        var amls = await Amls.RunAsync("demo", "--data-dir", file);

        Assert.Equal(ExitCodes.BadInput, amls.ExitCode);
        Assert.Contains($"the data folder '{file}' cannot be written", amls.Error);
    }
}
