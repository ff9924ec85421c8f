using System.Security.Cryptography;
using System.Text.Json;

namespace AkkaMLScheduler.Workloads.Checkpoints;

/// <summary>
/// An opened checkpoint whose hash, type, step and identity have been checked; <see cref="Payload"/> stands at its first byte.
/// </summary>
internal sealed class CheckpointContent : IDisposable
{
    private CheckpointContent(CheckpointHeader header, FileStream payload)
    {
        Header = header;
        Payload = payload;
    }

    public CheckpointHeader Header { get; }

    public Stream Payload { get; }

    /// <summary>Throws <see cref="WorkloadException"/> with the reason when the file must not be resumed from.</summary>
    /// <param name="source">The file and the hash recorded when it was written.</param>
    /// <param name="workload">The type that resumes.</param>
    /// <param name="identity">What the resuming run is; every entry must be the same in the file.</param>
    public static CheckpointContent Open(CheckpointSource source, string workload, IReadOnlyDictionary<string, string> identity)
    {
        FileStream? file = null;
        try
        {
            file = File.OpenRead(source.Path);
            var sha256 = Convert.ToHexStringLower(SHA256.HashData(file));
            if (!string.Equals(sha256, source.Sha256, StringComparison.OrdinalIgnoreCase))
                throw Refused(source, $"its SHA-256 is {sha256}, recorded was {source.Sha256}: the file was changed or damaged");
            file.Position = 0;
            var header = ReadHeader(file) ?? throw Refused(source, "it does not begin with a checkpoint header");
            Check(source, header, workload, identity, file.Length - file.Position);
            return new CheckpointContent(header, file);
        }
        catch (Exception error)
        {
            file?.Dispose();
            if (error is IOException or UnauthorizedAccessException)
                throw Refused(source, error.Message);
            throw;
        }
    }

    /// <summary>A value of the small state. Throws <see cref="WorkloadException"/> when the file lacks it.</summary>
    public string State(string name)
        => Header.State.GetValueOrDefault(name) ?? throw new WorkloadException($"the checkpoint of step {Header.Step} lacks '{name}'");

    public void Dispose() => Payload.Dispose();

    private static void Check(
        CheckpointSource source, CheckpointHeader header, string workload, IReadOnlyDictionary<string, string> identity, long payloadBytes)
    {
        if (header.Format != CheckpointHeader.CurrentFormat)
            throw Refused(source, $"its format is {header.Format}, this version reads {CheckpointHeader.CurrentFormat}");
        if (header.Workload != workload)
            throw Refused(source, $"it was written by '{header.Workload}', this run is '{workload}'");
        if (header.Step != source.Step)
            throw Refused(source, $"it holds step {header.Step}, recorded was step {source.Step}");
        var differences = identity
            .Where(pair => header.Identity.GetValueOrDefault(pair.Key) != pair.Value)
            .Select(pair => $"{pair.Key} is {header.Identity.GetValueOrDefault(pair.Key) ?? "absent"} there and {pair.Value} here")
            .ToList();
        if (differences.Count > 0)
            throw Refused(source, $"it belongs to a different run: {string.Join(", ", differences)}");
        if (header.PayloadBytes != payloadBytes)
            throw Refused(source, $"it holds {payloadBytes} bytes of state, its header says {header.PayloadBytes}");
    }

    private static CheckpointHeader? ReadHeader(FileStream file)
    {
        var line = new List<byte>();
        for (var next = file.ReadByte(); next != '\n'; next = file.ReadByte())
        {
            if (next < 0 || line.Count == CheckpointHeader.MaxBytes)
                return null;
            line.Add((byte)next);
        }

        try
        {
            return CheckpointJson.Read(line.ToArray());
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static CheckpointUnusableException Refused(CheckpointSource source, string reason)
        => new($"cannot resume from step {source.Step} in {source.Path}: {reason}");
}
