using System.IO.Compression;
using ZstdSharp;

namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>The content of a file, unpacked as it is read and watched for bombs. Leaves the file open.</summary>
internal sealed class ContentStream : Stream
{
    /// <summary>A small file may unpack to this much, however well it is packed.</summary>
    private const long FreeBytes = 64L * 1024 * 1024;

    private const string StrictValidation = "System.IO.Compression.UseStrictValidation";

    /// <summary>Whether this process takes a gzip file without its end for what it is. By default .NET takes it for complete.</summary>
    private static readonly Lazy<bool> NoticesMissingEnd = new(() =>
    {
        AppContext.SetSwitch(StrictValidation, true);
        using var packed = new MemoryStream();
        using (var packing = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            packing.Write("all of it"u8);
        packed.SetLength(packed.Length - 1);
        packed.Position = 0;
        try
        {
            using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
            unpacked.CopyTo(Null);
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    });

    private readonly Stream _file;
    private readonly NoticedEnd _packed;
    private readonly Stream _content;
    private readonly string _path;
    private readonly int _maxInflation;
    private long _unpacked;

    /// <exception cref="IngestionException">This process cannot read gzip safely.</exception>
    public ContentStream(Stream file, string path, FileCompression compression, int maxInflation)
    {
        if (compression == FileCompression.Gzip && !NoticesMissingEnd.Value)
            throw new IngestionException($"File '{path}' is packed by gzip, and this program would not notice a missing end: start it with the switch {StrictValidation}.");
        _file = file;
        _packed = new NoticedEnd(file);
        _path = path;
        _maxInflation = maxInflation;
        _content = compression switch
        {
            FileCompression.Gzip => new GZipStream(_packed, CompressionMode.Decompress, leaveOpen: true),
            FileCompression.Zstd => new DecompressionStream(file, leaveOpen: true),
            _ => file,
        };
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _unpacked;
        set => throw new NotSupportedException();
    }

    /// <param name="head">A file's first bytes.</param>
    public static FileCompression CompressionOf(ReadOnlySpan<byte> head) => head switch
    {
        [0x1f, 0x8b, ..] => FileCompression.Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => FileCompression.Zstd,
        _ => FileCompression.None,
    };

    /// <exception cref="IngestionException">The file is damaged, or unpacks to more than is allowed.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var read = await _content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
            _unpacked += read;
            if (read == 0 && !buffer.IsEmpty && _content is GZipStream && !_packed.IsReached)
                throw new IngestionException($"File '{_path}' is damaged: something follows the end of its packed content.");
            if (_unpacked > FreeBytes && _unpacked / _maxInflation > _file.Position)
                throw new IngestionException($"File '{_path}' unpacks to more than {_maxInflation} times its size; unpack it yourself if it is to be read.");
            return read;
        }
        catch (Exception damaged) when (damaged is InvalidDataException or ZstdException or EndOfStreamException)
        {
            throw new IngestionException($"File '{_path}' is damaged: {damaged.Message}", damaged);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
