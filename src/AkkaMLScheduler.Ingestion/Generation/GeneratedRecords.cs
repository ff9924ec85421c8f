namespace AkkaMLScheduler.Ingestion.Generation;

/// <summary>Generated records as undecoded lines without line ends. The even ones go to Kafka, the odd ones in turn to three files.</summary>
/// <param name="Kafka">JSON objects with id and text.</param>
/// <param name="Csv">Rows id, text; without the header.</param>
/// <param name="JsonLines">JSON objects with id and text.</param>
/// <param name="Text">The text alone.</param>
/// <param name="Expected">Counts over all of them.</param>
/// <param name="ExpectedInFiles">Read and malformed of the three files; duplicates are counted over all routes only.</param>
public sealed record GeneratedRecords(
    IReadOnlyList<byte[]> Kafka,
    IReadOnlyList<byte[]> Csv,
    IReadOnlyList<byte[]> JsonLines,
    IReadOnlyList<byte[]> Text,
    ExpectedCounts Expected,
    ExpectedCounts ExpectedInFiles)
{
    /// <summary>
    /// Writes <c>records.csv</c>, <c>records.jsonl</c> and <c>records.txt</c>. Each appears whole or not at all, and writing the same
    /// records again leaves the same bytes.
    /// </summary>
    /// <returns>Their paths.</returns>
    /// <exception cref="IngestionException">The folder cannot be written.</exception>
    public async Task<IReadOnlyList<string>> WriteFilesAsync(string folder, CancellationToken ct = default)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return
            [
                await WriteAsync(Path.Combine(folder, "records.csv"), [.. Csv.Prepend("id,text"u8.ToArray())], ct).ConfigureAwait(false),
                await WriteAsync(Path.Combine(folder, "records.jsonl"), JsonLines, ct).ConfigureAwait(false),
                await WriteAsync(Path.Combine(folder, "records.txt"), Text, ct).ConfigureAwait(false),
            ];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new IngestionException($"Folder '{folder}' cannot be written: {refused.Message}", refused);
        }
    }

    private static async Task<string> WriteAsync(string path, IReadOnlyList<byte[]> lines, CancellationToken ct)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(path)!, $".{Path.GetFileName(path)}.tmp");
        await using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            foreach (var line in lines)
            {
                await stream.WriteAsync(line, ct).ConfigureAwait(false);
                stream.WriteByte((byte)'\n');
            }
        }

        File.Move(temporary, path, overwrite: true);
        return path;
    }
}
