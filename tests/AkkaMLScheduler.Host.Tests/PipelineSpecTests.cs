using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Host.Pipelines;
using AkkaMLScheduler.Ingestion;
using AkkaMLScheduler.Ingestion.Files;

namespace AkkaMLScheduler.Host.Tests;

public sealed class PipelineSpecTests
{
    [Fact]
    public void A_topic_is_read_with_all_that_can_be_said_of_it()
    {
        var spec = PipelineSpec.Parse("""
            name: clicks
            from: kafka://broker:9093/clicks
            dataset: raw_clicks
            format: jsonl
            kafka: { security.protocol: ssl, session.timeout.ms: 6000 }
            cluster: east
            group: loaders
            instances: 3
            rotate: { size: 16MiB, after: 1m, idle: 500ms }
            schema:
              columns:
                - { name: id, type: int64, nullable: false }
                - { name: page, from: url }
            """);

        var input = Assert.IsType<IngestionSource.Topic>(spec.Source).Input;
        Assert.Equal(("clicks", "raw_clicks", 3), (spec.Name, spec.Settings.Dataset, spec.Instances));
        Assert.Equal(("clicks", "loaders", "east", false), (input.Source.Topic, input.Group, input.ClusterName, input.PinClusterId));
        Assert.Equal("broker:9093", input.Source.Client.BootstrapServers);
        Assert.Equal("6000", input.Source.Client.Get("session.timeout.ms"));
        Assert.Equal(new Rotation(long.MaxValue, 16 << 20, TimeSpan.FromMinutes(1), TimeSpan.FromMilliseconds(500)), spec.Settings.Rotation);
        Assert.Equal(FileFormat.JsonLines, spec.Settings.Format);
        Assert.Equal(["id", "page"], spec.Settings.Schema!.Columns.Select(column => column.Name));
        Assert.Equal(["id", "url"], spec.Settings.Fields!.From);
    }

    [Fact]
    public void What_is_left_out_has_a_value()
    {
        var spec = PipelineSpec.Parse("""{ "name": "files", "from": "/data/in" }""");

        Assert.Equal(new IngestionSource.Folder("/data/in", TimeSpan.FromSeconds(1)), spec.Source);
        Assert.Equal(("files", 1, Rotation.Default, (TableSchema?)null), (spec.Settings.Dataset, spec.Instances, spec.Settings.Rotation, spec.Settings.Schema));
        Assert.Equal("amls-t", Assert.IsType<IngestionSource.Topic>(PipelineSpec.Parse("name: t\nfrom: kafka://h/t").Source).Input.Group);
    }

    [Theory]
    [InlineData("from: generate://7", "line 1: a pipeline has no name")]
    [InlineData("[a]", "line 1: a pipeline is keys with values: name, from")]
    [InlineData("name: a\nfrom: [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "nested deeper than 16 levels")]
    [InlineData("name: a\nfrom: generate://7\ndataset: A b", "is no name of a dataset")]
    [InlineData("name: a\nfrom: generate://7\nformat: xml", "line 3: format is 'xml'; it may be csv, jsonl, json, text")]
    [InlineData("name: a\nfrom: generate://7\nfrm: b", "line 3: a pipeline has no key 'frm'")]
    [InlineData("name: A b\nfrom: generate://7", "line 1: name is 'A b'")]
    [InlineData("name: a\nfrom: relative/path", "line 2: from is 'relative/path'")]
    [InlineData("name: a\nfrom: generate://7\ninstances: 2", "line 3: instances is '2'; it goes with a topic only")]
    [InlineData("name: a\nfrom: kafka://h:1/t\ninstances: 100", "line 3: instances is '100'")]
    [InlineData("name: a\nfrom: generate://7\nrotate: { idle: soon }", "line 3: idle is 'soon'")]
    [InlineData("name: a\nfrom: generate://7\nschema: { columns: [ { name: x, type: number } ] }", "line 3: type is 'number'")]
    public void A_mistake_is_told_with_its_line(string text, string why)
        => Assert.Contains(why, Assert.Throws<IngestionException>(() => PipelineSpec.Parse(text)).Message, StringComparison.Ordinal);
}
