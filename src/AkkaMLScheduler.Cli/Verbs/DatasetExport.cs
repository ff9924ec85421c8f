using System.Security.Cryptography;
using System.Text.Json;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cli.Rendering;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>A version copied out of the lake, for whoever has no access to it.</summary>
internal static class DatasetExport
{
    private const string Manifest = "manifest.json";

    /// <summary>Copies every file under a temporary name, checks its hash, and then gives it its own; the manifest comes last.</summary>
    /// <exception cref="UserError">The folder cannot be written, or a file is not what the catalog says.</exception>
    public static async Task<ExportView> WriteAsync(DatasetSnapshot version, SnapshotView view, string folder, CancellationToken ct)
    {
        try
        {
            Directory.CreateDirectory(folder);
            foreach (var file in version.Files) await CopyAsync(file, Path.Combine(folder, Path.GetFileName(file.Path)), ct);
            var exported = view with { Files = [.. view.Files.Select(file => file with { Path = Path.GetFileName(file.Path) })] };
            await File.WriteAllTextAsync(Path.Combine(folder, Manifest), JsonSerializer.Serialize(exported, DataJson.Default.SnapshotView), ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"cannot export {version.Version} to '{folder}': {e.Message}");
        }

        return new ExportView(version.Version.ToString(), folder, version.Files.Count, version.Rows, version.Bytes);
    }

    private static async Task CopyAsync(SnapshotFile file, string to, CancellationToken ct)
    {
        var temporary = to + ".part";
        File.Copy(file.Path, temporary, overwrite: true);
        await using (var copied = File.OpenRead(temporary))
        {
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(copied, ct));
            if (hash != file.Sha256) throw new UserError($"file {file.Path} is damaged: its SHA-256 is {hash}, the catalog has {file.Sha256}");
        }

        File.Move(temporary, to, overwrite: true);
    }
}
