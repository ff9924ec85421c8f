using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>The records of a file from a given number on, in batches.</summary>
internal static class FileRecords
{
    /// <param name="file">The file as it was probed.</param>
    /// <param name="hasHeader">Whether the first record is a CSV header.</param>
    /// <param name="settings">Limits and delimiter.</param>
    /// <param name="from">Number of the first record wanted; those before it are framed and dropped.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="IngestionException">The file changed since it was probed, or cannot be read.</exception>
    public static async IAsyncEnumerable<SourceRecord[]> ReadAsync(
        InputFile file,
        bool hasHeader,
        IngestionSettings settings,
        long from,
        [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using var stream = InputFile.Open(file.Path);
        var framer = file.Framer(stream, settings);
        var number = hasHeader ? -1L : 0L;
        while (await framer.ReadAsync(ct).ConfigureAwait(false) is { } records)
        {
            var unwanted = 0; // they all stand at the beginning
            foreach (ref var record in CollectionsMarshal.AsSpan(records))
            {
                // Blank lines above a header are layout, like the header itself.
                var isLayout = number < 0 && record.Bytes.IsEmpty && record.Fault is null;
                if (isLayout || number < from)
                    unwanted++;
                if (!isLayout)
                    record = record with { Offset = number++ };
            }

            if (unwanted < records.Count)
                yield return [.. CollectionsMarshal.AsSpan(records)[unwanted..]];
        }

        if (stream.Position != file.Length)
            throw new IngestionException($"File '{file.Path}' changed while it was read ({file.Length} bytes before, {stream.Position} now); ingest finished files only.");
        if (number < from)
            throw new IngestionException($"File '{file.Path}' has {Math.Max(number, 0)} records, but {from} of it are committed already; was it written with other settings?");
    }
}
