using System.Text.Json;

namespace AkkaMLScheduler.Cli.Tests;

/// <summary><c>amls explain-schema</c>, which asks no cluster.</summary>
public sealed class ExplainSchemaTests
{
    [Fact]
    public async Task A_part_of_the_job_is_explained_by_itself()
    {
        var retry = await Amls.RunAsync("explain-schema", "job.retry");
        var torch = await Amls.RunAsync("explain-schema", "job.run.torch");

        Assert.Equal((ExitCodes.Success, ExitCodes.Success), (retry.ExitCode, torch.ExitCode));
        Assert.Contains("job.retry.maxBackoff", retry.Output);
        Assert.Contains("5m", retry.Output);
        Assert.DoesNotContain("job.checkpoint", retry.Output);
        Assert.Contains("job.run.torch.learningRate", torch.Output);
        Assert.DoesNotContain("job.run.sleep", torch.Output);
    }

    [Fact]
    public async Task The_whole_is_a_json_schema()
    {
        var schema = await Amls.RunAsync("explain-schema", "job", "-o", "json");

        using var json = JsonDocument.Parse(schema.Output);
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", json.RootElement.GetProperty("$schema").GetString());
        Assert.Equal("integer", json.RootElement.GetProperty("properties").GetProperty("priority").GetProperty("type").GetString());
    }
}
