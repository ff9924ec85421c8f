using System.Buffers;
using System.Text;

namespace AkkaMLScheduler.Workloads.Processes;

/// <summary>
/// What a task prints: all of it goes into the log as it comes, and the lines that are reports are handed on. Output is never held back
/// and never gathered, but for a line that begins as a report does.
/// </summary>
internal sealed class ProcessOutput(Stream log, Action<ProcessReport> report, Action<string> note)
{
    private const int MostReportBytes = 64 * 1024;

    /// <summary>Of the errors' end, for the reason of a failure.</summary>
    private const int TailBytes = 2048;
    private const int MostReasonCharacters = 300;

    private readonly ArrayBufferWriter<byte> _line = new(256);
    private readonly byte[] _tail = new byte[TailBytes];
    private int _tailLength;
    private bool _isOther;

    /// <summary>The last line that is not blank of what was printed as errors; empty when there was none.</summary>
    public string LastError
    {
        get
        {
            var lines = Encoding.UTF8.GetString(_tail, 0, _tailLength).Split(['\n', '\r']);
            var last = Array.FindLast(lines, line => !string.IsNullOrWhiteSpace(line))?.Trim() ?? "";
            return new string([.. last.Where(c => !char.IsControl(c)).Take(MostReasonCharacters)]);
        }
    }

    /// <summary>Standard output; nothing marks its end.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        Log(bytes);
        if (bytes.IsEmpty) EndLine();
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (!_isOther) Gather(end < 0 ? bytes : bytes[..end]);
            if (end < 0) return;
            EndLine();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Standard error.</summary>
    public void TakeErrors(ReadOnlySpan<byte> bytes)
    {
        Log(bytes);
        var newest = bytes.Length > TailBytes ? bytes[^TailBytes..] : bytes;
        var kept = Math.Min(_tailLength, TailBytes - newest.Length);
        _tail.AsSpan(_tailLength - kept, kept).CopyTo(_tail);
        newest.CopyTo(_tail.AsSpan(kept));
        _tailLength = kept + newest.Length;
    }

    private void Log(ReadOnlySpan<byte> bytes)
    {
        try
        {
            log.Write(bytes);
        }
        catch (IOException)
        {
            // A full disk must not end the work; the log has a hole then.
        }
    }

    private void Gather(ReadOnlySpan<byte> part)
    {
        var prefix = ProcessReport.Prefix;
        var begin = _line.WrittenCount == 0 ? part : Joined(part, prefix.Length);
        if (!begin[..Math.Min(begin.Length, prefix.Length)].SequenceEqual(prefix[..Math.Min(begin.Length, prefix.Length)]))
        {
            _isOther = true;
            _line.ResetWrittenCount();
            return;
        }

        if (_line.WrittenCount + part.Length <= MostReportBytes)
        {
            _line.Write(part);
            return;
        }

        _isOther = true;
        _line.ResetWrittenCount();
        note($"a report of more than {MostReportBytes} bytes was passed over");
    }

    /// <summary>What the line gathered so far begins with, <paramref name="part"/> added.</summary>
    private ReadOnlySpan<byte> Joined(ReadOnlySpan<byte> part, int length)
    {
        if (_line.WrittenCount >= length) return _line.WrittenSpan;
        byte[] joined = [.. _line.WrittenSpan, .. part[..Math.Min(part.Length, length)]];
        return joined;
    }

    private void EndLine()
    {
        var line = _line.WrittenSpan;
        if (!_isOther && line.Length > ProcessReport.Prefix.Length) Hand(line);
        _line.ResetWrittenCount();
        _isOther = false;
    }

    private void Hand(ReadOnlySpan<byte> line)
    {
        try
        {
            report(ProcessReport.Read(line));
        }
        catch (FormatException e)
        {
            note($"a report was not understood: {e.Message}");
        }
    }
}
