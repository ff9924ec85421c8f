namespace AkkaMLScheduler.Ingestion.Tests.Files;

/// <summary>Some bytes, then one byte over and over; notes how much room its reader has for it at most.</summary>
internal sealed class RepeatedStream(byte[] begin, byte repeated, long length) : Stream
{
    private long _position;

    public int LargestRead { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LargestRead = Math.Max(LargestRead, buffer.Length);
        var read = (int)Math.Min(buffer.Length, length - _position);
        buffer.Span[..read].Fill(repeated);
        if (_position < begin.Length)
            begin.AsSpan((int)_position).CopyTo(buffer.Span);
        _position += read;
        return ValueTask.FromResult(read);
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
