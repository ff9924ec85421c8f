using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Workloads.Checkpoints;

/// <summary>Which of the checkpoints that one rank has saved in one attempt stay: the newest few and, where the job asks for it, the best.</summary>
internal sealed class KeptCheckpoints(CheckpointSpec spec, int worldSize)
{
    // A rank may have saved, and dropped its previous file, while its peer died before saving: the gang then agrees on the older step.
    private const int FewestInGang = 2;

    private readonly Queue<CheckpointFile> _newest = new();
    private CheckpointFile? _best;

    /// <summary>Takes one that counts; deletes what it makes superfluous.</summary>
    public void Add(CheckpointFile file)
    {
        _newest.Enqueue(file);
        if (spec.IsBetter(file.Metrics, _best?.Metrics))
        {
            var before = _best;
            _best = file;
            if (before is not null && !_newest.Contains(before)) Delete(before.Path);
        }

        while (_newest.Count > Math.Max(spec.Keep, worldSize > 1 ? FewestInGang : 1))
            if (_newest.Dequeue() is var old && old != _best) Delete(old.Path);
    }

    /// <summary>A leftover costs space only: no record names it.</summary>
    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As said.
        }
    }
}
