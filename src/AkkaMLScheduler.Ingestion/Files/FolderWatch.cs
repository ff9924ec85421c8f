using System.Runtime.CompilerServices;

namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>
/// Sees files come into a folder by looking again and again: that works on every file system, where notices of changes do not. Files are
/// immutable, so each is given out once.
/// </summary>
/// <param name="folder">The folder; files in folders under it are not looked at.</param>
/// <param name="interval">Between two looks.</param>
/// <param name="time">Clock.</param>
internal sealed class FolderWatch(string folder, TimeSpan interval, TimeProvider time)
{
    /// <summary>Full paths of the files, in order of their names within a look. Ends when cancelled.</summary>
    /// <exception cref="IngestionException">The folder cannot be read.</exception>
    public async IAsyncEnumerable<string> FilesAsync([EnumeratorCancellation] CancellationToken ct)
    {
        var given = new HashSet<string>(StringComparer.Ordinal);
        var growing = new Dictionary<string, long>(StringComparer.Ordinal);
        while (!ct.IsCancellationRequested)
        {
            foreach (var path in InputFile.In(folder).Where(path => !given.Contains(path)))
            {
                var length = new FileInfo(path) is { Exists: true } file ? file.Length : -1;
                if (growing.TryGetValue(path, out var before) && before == length && length >= 0)
                {
                    growing.Remove(path);
                    given.Add(path);
                    yield return path;
                }
                else
                {
                    growing[path] = length;
                }

                if (ct.IsCancellationRequested)
                    yield break;
            }

            await Task.Delay(interval, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
