using System.Globalization;

namespace AkkaMLScheduler.Workloads;

/// <summary>
/// A log of bounded size: segments of half the bound, of which the newest two are kept. The first is <c>NAME</c>, later ones are
/// <c>NAME.1</c>, <c>NAME.2</c> and so on; a segment is never changed once the next one exists, so that a reader needs no lock.
/// </summary>
public sealed class SegmentedLog : Stream
{
    private const int Kept = 2;

    private readonly string _path;
    private readonly long _segmentBytes;
    private int _segment;
    private FileStream _file;
    private long _length;

    /// <summary>Goes on with the newest segment there is; creates the folder when missing.</summary>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public SegmentedLog(string path, long maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, Kept);
        _path = path;
        _segmentBytes = maxBytes / Kept;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _segment = Segments(path) is [.., var newest] ? newest.Number : 0;
        _file = Open();
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The segments that exist, oldest first.</summary>
    public static IReadOnlyList<(int Number, string Path)> Segments(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder)) return [];
        var name = Path.GetFileName(path);
        return [.. Directory.EnumerateFiles(folder, name + "*").Select(file => (Number: NumberOf(name, file), file)).Where(s => s.Number >= 0).Order()];
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var room = _segmentBytes - _length;
            if (buffer.Length <= room)
            {
                Append(buffer);
                return;
            }

            // At a line's end where there is one, so that no line is torn.
            var fits = buffer[..(int)room];
            var end = fits.LastIndexOf((byte)'\n') + 1;
            Append(end > 0 || _length > 0 ? fits[..end] : fits);
            buffer = buffer[(end > 0 || _length > 0 ? end : fits.Length)..];
            Rotate();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is buffered.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) _file.Dispose();
        base.Dispose(disposing);
    }

    private static int NumberOf(string name, string file)
    {
        var suffix = Path.GetFileName(file.AsSpan())[name.Length..];
        if (suffix.IsEmpty) return 0;
        return suffix[0] == '.' && int.TryParse(suffix[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _file.Write(bytes);
        _length += bytes.Length;
    }

    private void Rotate()
    {
        _file.Dispose();
        _segment++;
        _file = Open();
        if (_segment >= Kept) File.Delete(PathOf(_segment - Kept));
    }

    private FileStream Open()
    {
        var file = new FileStream(PathOf(_segment), FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        _length = file.Length;
        return file;
    }

    private string PathOf(int segment) => segment == 0 ? _path : string.Create(CultureInfo.InvariantCulture, $"{_path}.{segment}");
}
