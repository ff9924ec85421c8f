using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>
/// A file that can be ingested. Refused as a whole, with one line that says why, are: one that cannot be read or is still being written;
/// one that is not text (a tenth of its first 64 KiB NUL bytes or no UTF-8, as UTF-16 has); one whose first CSV row, which may be its
/// header, is broken; a packed one that is damaged, cut off, has bytes after its end, or unpacks to more than <see cref="IngestionSettings.MaxInflation"/> allows.
/// An empty file and a lone header are zero records.
/// </summary>
/// <param name="Path">Full path, links resolved.</param>
/// <param name="Format">How its records are written.</param>
/// <param name="Compression">How it is packed.</param>
/// <param name="Length">Its size in bytes.</param>
public sealed record InputFile(string Path, FileFormat Format, FileCompression Compression, long Length)
{
    private const int ProbeBytes = 64 * 1024;

    // An asynchronous read of a file is a hop to another thread: rather one of much than many of little.
    private const int MostBufferBytes = 1 << 20;

    // A text in a single-byte encoding has about 4 % foreign letters, random bytes have 60 %.
    private const double StrangeShare = 0.1;

    // Fewer than this in a short file are records to reject, not a reason to refuse it.
    private const int StrangeFew = 16;

    // Bytes of a byte order mark, and blanks.
    private static ReadOnlySpan<byte> Leading => "\uFEFF \t\r\n"u8;

    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(value => (byte)value).Except("\t\n\v\f\r\u001b"u8.ToArray()), 127]);

    /// <summary>Id of the file in rows, rejects and offsets.</summary>
    public string Uri => UriOf(Path);

    internal static string UriOf(string path) => "file://" + path;

    /// <summary>Files behind the given paths: a folder stands for the files directly in it, by name, without hidden ones.</summary>
    /// <exception cref="IngestionException">A path is missing or unreadable, or a folder has no files.</exception>
    public static IReadOnlyList<string> Expand(IReadOnlyList<string> paths)
    {
        var files = new List<string>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path))
                files.AddRange(In(path) is { Count: > 0 } found ? found : throw new IngestionException($"Folder '{path}' has no files."));
            else if (File.Exists(path))
                files.Add(Canonical(path));
            else
                throw new IngestionException($"Input '{path}' does not exist; give a file or a folder.");
        }

        return files.Count == 0 ? throw new IngestionException("No input was given.") : [.. files.Distinct()];
    }

    /// <summary>Reads the beginning of the file: proves that it is text and finds its format.</summary>
    /// <param name="path">The file.</param>
    /// <param name="format">
    /// Its format, or null to detect: by extension (in .json, an array and an object of several lines are a document, others are lines),
    /// else JSON lines when its first line is a JSON object, else text.
    /// </param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="IngestionException">It cannot be read or is not text.</exception>
    public static async Task<InputFile> ProbeAsync(string path, FileFormat? format, CancellationToken ct)
    {
        await using var stream = Open(path);
        try
        {
            var compression = ContentStream.CompressionOf(await HeadAsync(stream, ct).ConfigureAwait(false));
            stream.Position = 0;
            var head = await HeadAsync(new ContentStream(stream, path, compression, maxInflation: int.MaxValue), ct).ConfigureAwait(false);
            RequireText(path, head);
            var found = format ?? Detect(path, head);
            return new InputFile(path, found, compression, stream.Length);
        }
        catch (IOException broken)
        {
            throw Unreadable(path, broken);
        }
    }

    /// <summary>SHA-256 of all its bytes, lower-case hex. With the path it is the file's identity: an ingested file is immutable.</summary>
    /// <exception cref="IngestionException">It cannot be read.</exception>
    internal async Task<string> HashAsync(CancellationToken ct)
    {
        await using var stream = Open(Path);
        try
        {
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, ct).ConfigureAwait(false));
        }
        catch (IOException broken)
        {
            throw Unreadable(Path, broken);
        }
    }

    /// <summary>Opens a file for one pass from its start.</summary>
    /// <exception cref="IngestionException">It cannot be opened.</exception>
    internal static FileStream Open(string path)
    {
        try
        {
            var buffer = (int)Math.Min(new FileInfo(path).Length, MostBufferBytes);
            return new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = buffer });
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, refused);
        }
    }

    /// <summary>Cuts the records out of the file, opened by <see cref="Open"/>.</summary>
    internal IRecordFramer Framer(FileStream file, IngestionSettings settings)
    {
        var content = new ContentStream(file, Path, Compression, settings.MaxInflation);
        return Format == FileFormat.JsonArray
            ? new JsonDocumentFramer(content, settings.MaxRecordBytes)
            : new RecordFramer(content, Format, (byte)settings.CsvDelimiter, settings.MaxRecordBytes);
    }

    private static IngestionException Unreadable(string path, Exception why) => new($"File '{path}' cannot be read: {why.Message}", why);

    private static async Task<byte[]> HeadAsync(Stream content, CancellationToken ct)
    {
        var head = new byte[ProbeBytes];
        var length = await content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        return head[..length];
    }

    /// <summary>The files directly in a folder, by name, without hidden ones; links resolved.</summary>
    /// <exception cref="IngestionException">It cannot be read.</exception>
    internal static IReadOnlyList<string> In(string folder)
    {
        try
        {
            return [.. Directory.GetFiles(folder).Where(file => !System.IO.Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal).Select(Canonical)];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new IngestionException($"Folder '{folder}' cannot be read: {refused.Message}", refused);
        }
    }

    private static string Canonical(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full;
    }

    private static FileFormat Detect(string path, ReadOnlySpan<byte> head)
    {
        var name = System.IO.Path.GetExtension(path).ToLowerInvariant() is ".gz" or ".gzip" or ".zst" or ".zstd" ? System.IO.Path.GetFileNameWithoutExtension(path) : path;
        switch (System.IO.Path.GetExtension(name).ToLowerInvariant())
        {
            case ".csv":
                return FileFormat.Csv;
            case var lines and (".jsonl" or ".ndjson" or ".json"):
                return head.TrimStart(Leading).StartsWith("["u8) || (lines == ".json" && SpansLines(head)) ? FileFormat.JsonArray : FileFormat.JsonLines;
            case ".txt":
                return FileFormat.Text;
            default:
                return StartsWithObject(head) ? FileFormat.JsonLines : FileFormat.Text;
        }
    }

    private static bool StartsWithObject(ReadOnlySpan<byte> head)
    {
        var line = head.TrimStart(Leading);
        if (line.IndexOf((byte)'\n') is >= 0 and var end)
            line = line[..end];
        if (!line.StartsWith("{"u8))
            return false;
        try
        {
            var reader = new Utf8JsonReader(line);
            return reader.Read() && reader.TrySkip() && reader.TokenType == JsonTokenType.EndObject;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Whether it starts with an object that goes on after its first line, soundly as far as can be seen.</summary>
    private static bool SpansLines(ReadOnlySpan<byte> head)
    {
        var text = head.TrimStart(Leading);
        var line = text.IndexOf((byte)'\n');
        if (line < 0)
            return false;
        try
        {
            var reader = new Utf8JsonReader(text, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = ProbeBytes }));
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && (!reader.TrySkip() || reader.BytesConsumed > line);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void RequireText(string path, ReadOnlySpan<byte> head)
    {
        if (head.Count((byte)0) > head.Length * StrangeShare || StrangeBytes(head) > Math.Max(StrangeFew, head.Length * StrangeShare))
            throw new IngestionException($"File '{path}' is not text (UTF-8); CSV, JSON and plain text can be ingested, also packed by gzip or zstd.");
    }

    private static int StrangeBytes(ReadOnlySpan<byte> head)
    {
        var strange = 0;
        while (!head.IsEmpty)
        {
            var fine = Rune.DecodeFromUtf8(head, out var rune, out var length) == OperationStatus.Done;
            if (!fine || (rune.IsAscii && Controls.Contains((byte)rune.Value)))
                strange += length;
            head = head[length..];
        }

        return strange;
    }
}
