using System.Globalization;
using AkkaMLScheduler.Catalog.Text;
using AkkaMLScheduler.Workloads.Checkpoints;
using AkkaMLScheduler.Workloads.Stepping;

namespace AkkaMLScheduler.Workloads.Tokenize;

/// <summary>A batch of rows a step. Its state is how many of its rows are done, the count and a checksum of their tokens.</summary>
internal sealed class TokenizeTask : SteppedTask
{
    // FNV-1a, 64 bits (Fowler, Noll, Vo), over the tokens.
    private const ulong ChecksumStart = 14695981039346656037;
    private const ulong ChecksumPrime = 1099511628211;
    private const int ReportedBits = 48;

    private readonly TextRows _text;
    private readonly long _firstRow;
    private readonly long _rowCount;
    private readonly int _batchRows;
    private readonly Dictionary<string, double> _metrics = [];
    private IAsyncEnumerator<string?>? _cursor;
    private long _rows;
    private long _tokens;
    private ulong _checksum = ChecksumStart;

    public TokenizeTask(TextRows text, int batchRows, TaskContext task)
    {
        _text = text;
        _batchRows = batchRows;
        _firstRow = text.Count * task.Rank / task.WorldSize;
        _rowCount = (text.Count * (task.Rank + 1) / task.WorldSize) - _firstRow;
        Steps = (_rowCount + batchRows - 1) / batchRows;
        Identity = new Dictionary<string, string>
        {
            ["inputs"] = string.Join(",", task.Inputs.Select(input => input.Reference)),
            ["column"] = task.Run.With.GetValueOrDefault("column", "text"),
            ["batchRows"] = Text(batchRows),
            ["rank"] = $"{task.Rank}/{task.WorldSize}",
        };
        Measure();
    }

    public override long Steps { get; }

    public override IReadOnlyDictionary<string, string> Identity { get; }

    public override IReadOnlyDictionary<string, double> Metrics => _metrics;

    public override IReadOnlyDictionary<string, string> State => new Dictionary<string, string>
    {
        ["rows"] = Text(_rows),
        ["tokens"] = Text(_tokens),
        ["checksum"] = _checksum.ToString("x16", CultureInfo.InvariantCulture),
    };

    public override void Restore(CheckpointContent checkpoint)
    {
        _rows = long.Parse(checkpoint.State("rows"), CultureInfo.InvariantCulture);
        _tokens = long.Parse(checkpoint.State("tokens"), CultureInfo.InvariantCulture);
        _checksum = ulong.Parse(checkpoint.State("checksum"), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        Measure();
    }

    public override StepEnd Advance(long step, CancellationToken stop)
    {
        // A stop takes effect between steps: a reader broken off inside a batch could not be resumed exactly.
        _cursor ??= _text.FromAsync(_firstRow + _rows, CancellationToken.None);
        for (var left = Math.Min(_batchRows, _rowCount - _rows); left > 0; left--)
        {
            if (!_cursor.MoveNextAsync().AsTask().GetAwaiter().GetResult())
                throw new WorkloadException($"the input ended at row {_firstRow + _rows}; its files announced {_text.Count} rows");
            Take(_cursor.Current);
        }

        Measure();
        return StepEnd.Done;
    }

    public override void Dispose() => _cursor?.DisposeAsync().AsTask().GetAwaiter().GetResult();

    private void Take(string? text)
    {
        _rows++;
        if (text is null)
            return;
        var tokens = ByteTokenizer.Encode(text);
        _tokens += tokens.Length;
        foreach (var token in tokens)
            _checksum = (_checksum ^ (uint)token) * ChecksumPrime;
    }

    private void Measure()
    {
        _metrics["rows"] = _rows;
        _metrics["tokens"] = _tokens;
        _metrics["checksum"] = _checksum >> (64 - ReportedBits);
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}
