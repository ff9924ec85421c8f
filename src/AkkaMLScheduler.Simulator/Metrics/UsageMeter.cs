namespace AkkaMLScheduler.Simulator;

/// <summary>
/// Follows what is in use, and by whom, while a replay goes on; each figure weighs an instant by how long it lasted. Costs a few
/// additions per event. Sizes are counted in thousandths, so that sums stay exact however long the run.
/// </summary>
internal sealed class UsageMeter(long clusterSize, int users)
{
    private readonly long[] _heldByUser = new long[users];
    private readonly int[] _jobsByUser = new int[users];
    private long _now;
    private long _held;
    private Int128 _heldSquares;
    private int _jobs;
    private int _activeUsers;
    private double _heldSeconds;
    private double _busySeconds;
    private double _userSeconds;
    private double _fairSeconds;
    private double _jainSeconds;

    /// <summary>Allocated ÷ cluster while anything waits or runs, 0..1.</summary>
    public double AllocationRate => _busySeconds == 0 ? 0 : _heldSeconds / (_busySeconds * clusterSize);

    /// <summary>How many users have something waiting or running, while any has; at least 1.</summary>
    public double UsersMean => _busySeconds == 0 ? 1 : Math.Max(1, _userSeconds / _busySeconds);

    /// <summary>(Σ share)² ÷ (n Σ share²) over the users with something waiting or running, while anything runs; 1 is even (Jain 1984).</summary>
    public double Jain => _fairSeconds == 0 ? 1 : _jainSeconds / _fairSeconds;

    /// <summary>What is held now, in processors (or GPUs).</summary>
    public double Held => _held / 1000.0;

    /// <summary>Time goes on to this instant; seconds, never backwards.</summary>
    public void AdvanceTo(long now)
    {
        var seconds = now - _now;
        _now = now;
        if (seconds <= 0 || _jobs == 0) return;
        _heldSeconds += _held / 1000.0 * seconds;
        _busySeconds += seconds;
        _userSeconds += (double)_activeUsers * seconds;
        if (_held == 0) return;
        _fairSeconds += seconds;
        _jainSeconds += (double)_held * _held / (_activeUsers * (double)_heldSquares) * seconds;
    }

    /// <summary>A job came.</summary>
    public void Come(int user)
    {
        _jobs++;
        if (_jobsByUser[user]++ == 0) _activeUsers++;
    }

    /// <summary>A job is over, run or not; it holds nothing any more.</summary>
    public void Go(int user)
    {
        _jobs--;
        if (--_jobsByUser[user] == 0) _activeUsers--;
    }

    /// <summary>A job got its resources.</summary>
    public void Take(int user, double size) => Hold(user, Milli(size));

    /// <summary>A job gave its resources back.</summary>
    public void Give(int user, double size) => Hold(user, -Milli(size));

    private void Hold(int user, long milli)
    {
        var before = _heldByUser[user];
        var after = before + milli;
        _heldByUser[user] = after;
        _held += milli;
        _heldSquares += (Int128)after * after - (Int128)before * before;
    }

    private static long Milli(double size) => (long)Math.Round(size * 1000);
}
