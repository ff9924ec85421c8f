using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace AkkaMLScheduler.Contracts;

/// <summary>A job spec that cannot be taken; the message says what is wrong, on which line, and what would be right.</summary>
public sealed class JobSpecException(string message) : Exception(message);

/// <summary>
/// Reads a job spec from YAML, and so from JSON too, which is a subset. Unknown keys are errors: a mistyped <c>prioritty</c> that is
/// silently ignored costs its user a night.
/// </summary>
public static class JobSpecReader
{
    /// <summary>Far above any real spec; keeps a hostile one from costing memory.</summary>
    public const int MaxCharacters = 256 * 1024;

    /// <summary>No spec needs more; the reader below recurses.</summary>
    public const int MaxDepth = 16;

    public const int MaxInputs = 100;

    /// <summary>The node label that says which model a node's GPUs are.</summary>
    public const string GpuModelLabel = "gpu-model";

    public static JobSpec Read(string text)
    {
        if (text.Length > MaxCharacters) throw new JobSpecException($"The job spec has {text.Length} characters; the limit is {MaxCharacters}.");
        var stream = new YamlStream();
        try
        {
            CheckDepth(text);
            stream.Load(new StringReader(text));
        }
        catch (YamlException e)
        {
            throw new JobSpecException($"line {e.Start.Line}: not valid YAML: {e.Message}");
        }

        if (stream.Documents.Count != 1) throw new JobSpecException($"Expected one job spec, found {stream.Documents.Count} documents.");
        var root = new Section(JobSpecKeys.Job, stream.Documents[0].RootNode);
        var (resources, retry, checkpoint) = (root.Child("resources"), root.Child("retry"), root.Child("checkpoint"));
        var (least, most) = root.Span("tasks");
        return new JobSpec(
            root.Required("name"),
            (int)root.Integer("priority"),
            most,
            new ResourceSpec(
                resources.Amount<long>("cpu", Quantity.TryCpu, "cores, such as 2, 0.5 or 500m"),
                resources.Amount<long>("memory", Quantity.TryMemory, "bytes, such as 512MiB or 2GiB"),
                (int)resources.Integer("gpu")),
            ReadRun(root),
            root.Words("inputs"),
            new RetrySpec(
                (int)retry.Integer("max"),
                retry.Amount<TimeSpan>("backoff", Quantity.TryDuration, "a duration, such as 500ms, 30s or 5m"),
                retry.Amount<TimeSpan>("maxBackoff", Quantity.TryDuration, "a duration, such as 500ms, 30s or 5m")),
            new CheckpointSpec(checkpoint.Integer("every"), (int)checkpoint.Integer("keep")) { Best = ReadBest(checkpoint) },
            root.Free("labels").Pairs())
        {
            MinTasks = least == most ? null : least,
            Queue = root.Optional("queue"),
            Estimate = root.Amount<TimeSpan?>("estimate", TryAnyDuration, "a duration above 0, such as 30s, 20m or 4h"),
            TimeLimit = root.Amount<TimeSpan?>("timeLimit", TryAnyDuration, "a duration above 0, such as 30s, 20m or 4h"),
            After = ReadAfter(root),
            Hold = root.Flag("hold"),
            Notify = ReadNotify(root),
            NodeSelector = ReadSelector(resources),
        };
    }

    private static bool TryAnyDuration(string text, out TimeSpan? value)
    {
        value = Quantity.TryDuration(text, out var duration) && duration > TimeSpan.Zero ? duration : null;
        return value is not null;
    }

    /// <summary><c>after: [job, ok:job, any:job]</c>; a bare id means ok.</summary>
    private static List<DependencySpec>? ReadAfter(Section root)
    {
        var words = root.Words("after");
        if (words.Count == 0) return null;
        return
        [
            .. words.Select(word =>
            {
                var (any, id) = word.Split(':') switch
                {
                    [var bare] => (false, bare),
                    ["ok" or "afterok", var named] => (false, named),
                    ["any" or "afterany", var named] => (true, named),
                    _ => throw root.Wrong("after", $"'{word}' is not a dependency; write the other job's id, or any:ID if it need not succeed"),
                };
                return JobId.IsValid(id) ? new DependencySpec(new JobId(id), any) : throw root.Wrong("after", $"'{id}' is not a job id");
            }),
        ];
    }

    private static IReadOnlyList<string>? ReadNotify(Section root)
    {
        var addresses = root.Words("notify");
        if (addresses.Count > JobSpec.MaxNotify) throw root.Wrong("notify", $"'notify' has {addresses.Count} addresses; at most {JobSpec.MaxNotify} are possible");
        if (addresses.FirstOrDefault(one => !(Uri.TryCreate(one, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")) is { } wrong)
            throw root.Wrong("notify", $"'{wrong}' is not an http address");
        return addresses.Count == 0 ? null : [.. addresses.Distinct()];
    }

    private static string? ReadBest(Section checkpoint) => checkpoint.Optional("best") switch
    {
        null => null,
        var rule when CheckpointSpec.IsRule(rule) => rule,
        var other => throw checkpoint.Wrong("best", $"'best' is '{other}'; it must be min or max and a metric, such as min loss or max accuracy"),
    };

    private static Dictionary<string, string>? ReadSelector(Section resources)
    {
        var labels = resources.Free("nodeLabels").Pairs();
        if (resources.Optional("gpuModel") is { } model && !labels.TryAdd(GpuModelLabel, model))
            throw resources.Wrong("gpuModel", $"the model is asked for twice: as gpuModel and as the label {GpuModelLabel}");
        return labels.Count == 0 ? null : labels;
    }

    private static void CheckDepth(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext(); depth += parser.Current!.NestingIncrease)
        {
            if (depth > MaxDepth) throw new JobSpecException($"line {parser.Current!.Start.Line}: nested deeper than {MaxDepth} levels");
        }
    }

    private static RunSpec ReadRun(Section root)
    {
        var run = root.Free(JobSpecKeys.Run);
        var with = run.Parameters().Where(p => p.Key != "type").ToDictionary(p => p.Key, p => p.Value);
        var spec = new RunSpec(run.Required("type"), with);
        var variables = root.Free("env").Entries();
        if (variables.Count == 0) return spec;
        if (spec.Type != "process") throw root.Wrong("env", $"run.type '{spec.Type}' starts no program that would read it; env goes with process");
        if (!with.TryAdd("env", ParameterText.OfMap(variables))) throw root.Wrong("env", "env stands both in 'job' and in 'run'; keep one");
        return spec;
    }

    private delegate bool Parser<T>(string text, out T value);

    /// <summary>One mapping of the document, with its path for messages.</summary>
    private sealed class Section
    {
        private readonly string _path;
        private readonly Mark _start;
        private readonly Dictionary<string, YamlNode> _values = [];

        /// <summary>One whose keys are known: an unknown one is an error.</summary>
        public Section(string path, YamlNode? node)
            : this(path, node, [.. JobSpecKeys.Sections[path].Select(spec => spec.Name)])
        {
        }

        private Section(string path, YamlNode? node, IReadOnlyCollection<string>? known)
        {
            _path = path;
            _start = node?.Start ?? Mark.Empty;
            if (node is null) return;
            if (node is not YamlMappingNode mapping) throw Error(node, $"'{path}' must be a mapping of keys to values");
            foreach (var (keyNode, value) in mapping.Children)
            {
                var key = (keyNode as YamlScalarNode)?.Value ?? throw Error(keyNode, $"a key of '{path}' is not a word");
                if (known is not null && !known.Contains(key))
                    throw Error(keyNode, $"unknown key '{key}' in '{path}'{Suggestion.For(key, known)} Known keys: {string.Join(", ", known)}");
                if (!_values.TryAdd(key, value)) throw Error(keyNode, $"'{key}' stands twice in '{path}'");
            }
        }

        public Section Child(string key) => new(key, _values.GetValueOrDefault(key));

        /// <summary>A section with whatever keys the user likes.</summary>
        public Section Free(string key) => new(key, _values.GetValueOrDefault(key), known: null);

        public string Required(string key) =>
            Text(key) is { Length: > 0 } text ? text : throw new JobSpecException($"line {Math.Max(_start.Line, 1)}: '{_path}' needs '{key}'");

        public string? Optional(string key) => Text(key) switch
        {
            null => null,
            { Length: > 0 } text => text,
            _ => throw Error(_values[key], $"'{key}' is empty; leave it out or give it a value"),
        };

        public bool Flag(string key) => Text(key) switch
        {
            null or "false" => false,
            "true" => true,
            var other => throw Error(_values[key], $"'{key}' is '{other}'; it must be true or false"),
        };

        public JobSpecException Wrong(string key, string message) => Error(_values[key], message);

        public long Integer(string key)
        {
            var spec = JobSpecKeys.Find(_path, key);
            var text = Text(key) ?? spec.Default;
            return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= spec.Minimum && value <= spec.Maximum
                ? value
                : throw Error(_values[key], string.Create(
                    CultureInfo.InvariantCulture, $"'{key}' is '{text}'; it must be a whole number from {(long)spec.Minimum} to {(long)spec.Maximum}"));
        }

        /// <summary>One number, or two with <c>..</c> between.</summary>
        public (int Least, int Most) Span(string key)
        {
            var spec = JobSpecKeys.Find(_path, key);
            var text = Text(key) ?? spec.Default;
            var ends = text.Split("..", 2);
            return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var least)
                && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var most)
                && least >= spec.Minimum && most >= least && most <= spec.Maximum
                ? (least, most)
                : throw Error(_values[key], string.Create(
                    CultureInfo.InvariantCulture, $"'{key}' is '{text}'; it must be a whole number from {(long)spec.Minimum} to {(long)spec.Maximum}, or two such as 2..8, the smaller first"));
        }

        public T? Amount<T>(string key, Parser<T> parse, string expected)
        {
            var text = Text(key) ?? JobSpecKeys.Find(_path, key).Default;
            if (text.Length == 0 && !_values.ContainsKey(key)) return default;
            return parse(text, out var value) ? value : throw Error(_values[key], $"'{key}' is '{text}'; it must be {expected}");
        }

        public IReadOnlyList<string> Words(string key) => !_values.TryGetValue(key, out var node)
            ? []
            : node is YamlSequenceNode list
                ? list.Children.Count <= MaxInputs
                ? [.. list.Children.Select(item => Scalar(key, item))]
                : throw Error(node, $"'{key}' has {list.Children.Count} entries; at most {MaxInputs} are possible")
                : throw Error(node, $"'{key}' must be a list");

        /// <summary>Single values as they are written, line breaks too.</summary>
        public Dictionary<string, string> Entries() => _values.ToDictionary(p => p.Key, p => Raw(p.Key, p.Value));

        public Dictionary<string, string> Pairs() => _values.ToDictionary(p => p.Key, p => Scalar(p.Key, p.Value));

        /// <summary>As <see cref="Pairs"/>, and lists and maps as <see cref="ParameterText"/>.</summary>
        public Dictionary<string, string> Parameters() => _values.ToDictionary(p => p.Key, p => p.Value switch
        {
            YamlSequenceNode list => ParameterText.OfList(list.Children.Select(item => Raw(p.Key, item))),
            YamlMappingNode map => ParameterText.OfMap(map.Children.Select(entry => KeyValuePair.Create(Scalar(p.Key, entry.Key), Raw(p.Key, entry.Value)))),
            var single => Scalar(p.Key, single),
        });

        private string? Text(string key) => _values.TryGetValue(key, out var node) ? Scalar(key, node) : null;

        /// <summary>Inside a list or map, where the wire format escapes line breaks: a script given as an argument has some.</summary>
        private static string Raw(string key, YamlNode node)
        {
            var text = (node as YamlScalarNode)?.Value ?? throw Error(node, $"'{key}' may hold single values only");
            return text.Contains('\0') ? throw Error(node, $"'{key}' holds a NUL character") : text;
        }

        private static string Scalar(string key, YamlNode node)
        {
            var text = (node as YamlScalarNode)?.Value ?? throw Error(node, $"'{key}' must be a single value");
            return text.Any(char.IsControl) ? throw Error(node, $"'{key}' holds a control character or a line break") : text;
        }

        private static JobSpecException Error(YamlNode node, string message) => new($"line {node.Start.Line}: {message}");
    }
}
