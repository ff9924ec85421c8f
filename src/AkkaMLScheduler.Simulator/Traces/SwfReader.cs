using System.Globalization;

namespace AkkaMLScheduler.Simulator;

/// <summary>
/// Reads the Standard Workload Format (Feitelson, version 2.2): <c>;</c> starts a comment, fields are separated by white space, -1 is a
/// missing value. The first nine fields must be there; of those after them only the twelfth, the user, is used.
/// </summary>
internal sealed class SwfReader(JobSize size)
{
    private const int FieldsNeeded = 9;

    private const int UserField = 12;

    /// <summary>Far beyond any trace (3,000 years of seconds, or a machine's processors), near enough that nothing overflows.</summary>
    private const double Largest = 1e11;

    private static readonly char[] Blanks = [' ', '\t', '\r'];
    private readonly List<TraceJob> _jobs = [];
    private readonly MalformedLines _malformed = new();
    private readonly Dictionary<long, string> _users = [];
    private readonly long[] _fields = new long[FieldsNeeded];
    private long? _maxProcessors;

    public Trace Read(TextReader text)
    {
        var number = 0;
        while (text.ReadLine() is { } line)
        {
            number++;
            var content = line.AsSpan().Trim(Blanks);
            if (content.IsEmpty) continue;
            if (content[0] == ';')
            {
                ReadHeader(content);
                continue;
            }

            if (Parse(content) is { } problem) _malformed.Add(number, problem);
        }

        return new Trace(_jobs, _malformed.First, _malformed.Count, _maxProcessors);
    }

    private void ReadHeader(ReadOnlySpan<char> comment)
    {
        const string name = "MaxProcs:";
        var content = comment.TrimStart("; \t");
        if (content.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            && long.TryParse(content[name.Length..].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var processors)
            && processors > 0)
            _maxProcessors = processors;
    }

    private string? Parse(ReadOnlySpan<char> line)
    {
        var found = 0;
        var user = "";
        foreach (var range in line.SplitAny(Blanks))
        {
            var text = line[range];
            if (text.IsEmpty) continue;
            if (found >= FieldsNeeded)
            {
                if (++found < UserField) continue;
                user = UserOf(text);
                break;
            }

            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !(Math.Abs(value) <= Largest))
                return $"field {found + 1} is \"{Shown(text)}\", not a number";
            _fields[found++] = (long)Math.Round(value);
        }

        if (found < FieldsNeeded) return $"{found} fields; at least {FieldsNeeded} are needed";
        var submit = _fields[1];
        if (submit < 0) return $"submitted at {submit}; a job needs a submit time";
        _jobs.Add(Clean(_fields[0], submit, _fields[3], _fields[4], _fields[7], _fields[8]) with { User = user });
        return null;
    }

    private string UserOf(ReadOnlySpan<char> field)
    {
        if (!long.TryParse(field, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return "";
        if (_users.TryGetValue(id, out var known)) return known;
        var user = $"user-{id}";
        _users.Add(id, user);
        return user;
    }

    /// <summary>A job that never ran, or ran on nothing, counts as one second; one killed at its limit ran for its limit.</summary>
    private TraceJob Clean(long job, long submit, long run, long allocated, long requested, long requestedSeconds)
    {
        var label = job.ToString(CultureInfo.InvariantCulture);
        var (chosen, other) = size == JobSize.Allocated ? (allocated, requested) : (requested, allocated);
        var processors = chosen > 0 ? chosen : other;
        if (run <= 0 || processors <= 0) return TraceJob.OfProcessors(label, submit, 1, 1, Math.Max(processors, 1));
        if (requestedSeconds <= 0) return TraceJob.OfProcessors(label, submit, run, run, processors);
        return TraceJob.OfProcessors(label, submit, Math.Min(run, requestedSeconds), Math.Max(run, requestedSeconds), processors);
    }

    private static string Shown(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..40]}…";
}
