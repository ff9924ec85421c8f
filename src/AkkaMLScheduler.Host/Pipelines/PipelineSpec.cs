using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Ingestion;
using AkkaMLScheduler.Ingestion.Files;

namespace AkkaMLScheduler.Host.Pipelines;

/// <summary>An ingestion pipeline as a user writes it, in YAML or JSON: what is read, into which dataset, by which rules.</summary>
/// <param name="Name">Letters a to z, digits and '-'.</param>
/// <param name="From">Its source's address.</param>
/// <param name="Source">The source.</param>
/// <param name="Settings">Dataset and rules.</param>
/// <param name="Instances">How many members of the cluster read it at once; a topic's partitions are shared out among them.</param>
public sealed record PipelineSpec(string Name, string From, IngestionSource Source, IngestionSettings Settings, int Instances)
{
    public const int MaxInstances = 64;

    private static readonly string[] Keys = ["name", "from", "dataset", "format", "schema", "kafka", "cluster", "group", "every", "rotate", "instances"];
    private static readonly string[] RotateKeys = ["size", "after", "idle"];
    private static readonly string[] TopicKeys = ["kafka", "cluster", "group", "instances"];

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1);

    /// <exception cref="IngestionException">It cannot be taken; one line says what is wrong, where, and what would be right.</exception>
    public static PipelineSpec Parse(string text)
    {
        var root = YamlSection.Load(text, "a pipeline", Keys);
        var name = root.Required("name");
        if (!JobId.IsValid(name))
            throw root.Wrong("name", "it must be letters a to z, digits and '-', at most 63");
        var dataset = root.Text("dataset") ?? name;
        if (!DatasetName.IsValid(dataset))
            throw new IngestionException($"'{dataset}' is no name of a dataset: use 1 to 63 of a-z, 0-9, '_' and '-'; give one as dataset.");
        var from = root.Required("from");
        var source = ReadSource(root, from, name);
        if (source is not IngestionSource.Topic && TopicKeys.FirstOrDefault(key => root.Text(key) is not null) is { } key)
            throw root.Wrong(key, "it goes with a topic only, from: kafka://host:port/topic");
        var schema = root.Child("schema", "a schema", SchemaFile.Keys) is { } columns ? SchemaFile.Of(columns) : null;
        var settings = new IngestionSettings(dataset)
        {
            Producer = $"pipeline {name}",
            Format = root.Choice<FileFormat?>("format", FileFormats.ByName.ToDictionary(pair => pair.Key, pair => (FileFormat?)pair.Value), null),
            Schema = schema?.Schema,
            Fields = schema?.Fields,
            Rotation = ReadRotation(root),
        };
        return new PipelineSpec(name, from, source, settings, ReadInstances(root));
    }

    /// <summary>As <see cref="Parse"/>, for a text that was stored by another version of the program.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out PipelineSpec? spec, out string why)
    {
        try
        {
            (spec, why) = (Parse(text), "");
            return true;
        }
        catch (IngestionException e)
        {
            (spec, why) = (null, e.Message);
            return false;
        }
    }

    private static IngestionSource ReadSource(YamlSection root, string from, string name) => IngestionSource.Parse(from) switch
    {
        IngestionSource.Topic topic => topic with { Input = topic.Input.With(root.Pairs("kafka"), root.Text("group") ?? $"amls-{name}", root.Text("cluster")) },
        { } other => other,
        null when Path.IsPathFullyQualified(from) => new IngestionSource.Folder(from, Duration(root, "every", IngestionSource.Folder.DefaultInterval)),
        null => throw root.Wrong("from", "it must be kafka://host:port/topic, generate://SEED, or the full path of a folder, the same on every node"),
    };

    private static Rotation ReadRotation(YamlSection root)
    {
        var fallback = Rotation.Default;
        if (root.Child("rotate", "rotate", RotateKeys) is not { } rotate) return fallback;
        var bytes = fallback.Bytes;
        if (rotate.Text("size") is { } size && (!Quantity.TryMemory(size, out bytes) || bytes < 1))
            throw rotate.Wrong("size", "it must be bytes, such as 16MiB");
        return fallback with { Bytes = bytes, Age = Duration(rotate, "after", fallback.Age), Idle = Duration(rotate, "idle", fallback.Idle) };
    }

    private static TimeSpan Duration(YamlSection section, string key, TimeSpan fallback) => section.Text(key) is not { } text
        ? fallback
        : Quantity.TryDuration(text, out var duration) && duration >= Shortest ? duration : throw section.Wrong(key, "it must be a duration, such as 500ms, 30s or 5m");

    private static int ReadInstances(YamlSection root) => root.Text("instances") is not { } text
        ? 1
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MaxInstances
            ? count
            : throw root.Wrong("instances", $"it must be a number from 1 to {MaxInstances}");
}
