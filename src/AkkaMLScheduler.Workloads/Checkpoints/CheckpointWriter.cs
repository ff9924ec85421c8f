using System.Globalization;
using System.Security.Cryptography;
using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Workloads.Checkpoints;

/// <summary>
/// Writes checkpoints of one rank of one attempt: under a temporary name, synced, hashed on the way, renamed, folder synced. A crash at
/// any point leaves either no file or a whole one.
/// </summary>
internal sealed class CheckpointWriter
{
    private const int BufferBytes = 1 << 20;
    private const string Extension = ".ckpt";

    private readonly string _directory;

    public CheckpointWriter(string directory) => _directory = Path.GetFullPath(directory);

    /// <summary>Creates the folder, before the first step rather than at the first checkpoint: it may be hours until that.</summary>
    /// <exception cref="WorkloadException">It cannot.</exception>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(_directory);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WorkloadException($"cannot create the checkpoint folder {_directory}: {error.Message}", error);
        }
    }

    /// <summary>The file is durable when this returns. Throws <see cref="WorkloadException"/> when the disk refuses.</summary>
    /// <param name="header">Its payload length must be what <paramref name="payload"/> writes.</param>
    /// <param name="payload">Writes the payload.</param>
    /// <param name="metrics">Passed on with the file.</param>
    public CheckpointFile Write(CheckpointHeader header, Action<Stream> payload, IReadOnlyDictionary<string, double> metrics)
    {
        var path = Path.Combine(_directory, FileName(header.Step));
        var temporary = path + ".tmp";
        try
        {
            string sha256;
            long bytes;
            using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes))
            using (var sha = SHA256.Create())
            {
                using (var hashing = new CryptoStream(file, sha, CryptoStreamMode.Write, leaveOpen: true))
                {
                    hashing.Write(CheckpointJson.Write(header));
                    hashing.WriteByte((byte)'\n');
                    payload(hashing);
                }

                file.Flush(flushToDisk: true);
                sha256 = Convert.ToHexStringLower(sha.Hash!);
                bytes = file.Length;
            }

            File.Move(temporary, path, overwrite: true);
            DurableFolder.Sync(_directory);
            return new CheckpointFile(header.Step, path, sha256, bytes, metrics);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            KeptCheckpoints.Delete(temporary);
            throw new WorkloadException($"cannot write the checkpoint of step {header.Step} to {path}: {error.Message}", error);
        }
    }

    // Padded, so that names sort as their steps do.
    private static string FileName(long step) => string.Create(CultureInfo.InvariantCulture, $"step-{step:D12}{Extension}");
}
