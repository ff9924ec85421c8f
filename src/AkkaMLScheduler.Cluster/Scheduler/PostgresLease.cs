using Akka.Actor;
using Akka.Coordination;
using Akka.Event;
using Npgsql;

namespace AkkaMLScheduler.Cluster.Scheduler;

/// <summary>
/// A lease as a row of <c>amls.lease</c>: whoever holds it renews it before it runs out by the database's clock, and whoever wants it waits
/// until it has run out. It lets a new scheduler start as soon as the former one cannot be running any more, without the margin that a
/// singleton otherwise waits. It fences nothing: that two schedulers cannot both write is the journal's doing, whose key is
/// (persistence id, sequence number).
/// </summary>
public sealed class PostgresLease : Lease
{
    private const string Take = """
        INSERT INTO amls.lease (name, owner, expires_at) VALUES (@name, @owner, now() + @ttl)
        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, expires_at = excluded.expires_at
        WHERE lease.owner = excluded.owner OR lease.expires_at < now()
        """;

    private const string Renew = "UPDATE amls.lease SET expires_at = now() + @ttl WHERE name = @name AND owner = @owner";

    private const string GiveUp = "DELETE FROM amls.lease WHERE name = @name AND owner = @owner";

    private readonly NpgsqlDataSource _database;
    private readonly ILoggingAdapter _log;
    private CancellationTokenSource? _renewing;

    /// <summary>Called by Akka.Coordination, by reflection.</summary>
    public PostgresLease(LeaseSettings settings, ExtendedActorSystem system)
        : base(settings)
    {
        var connection = new NpgsqlConnectionStringBuilder(settings.LeaseConfig.GetString("connection-string"))
        {
            Timeout = Seconds(settings.TimeoutSettings.OperationTimeout),
            CommandTimeout = Seconds(settings.TimeoutSettings.OperationTimeout),
            MaxPoolSize = 2,
        };
        _database = NpgsqlDataSource.Create(connection.ConnectionString);
        _log = Logging.GetLogger(system, nameof(PostgresLease));
        system.RegisterOnTermination(() =>
        {
            _renewing?.Cancel();
            _database.Dispose();
        });
    }

    public override Task<bool> Acquire() => Acquire(_ => { });

    public override async Task<bool> Acquire(Action<Exception?> leaseLostCallback)
    {
        if (await ExecuteAsync(Take) == 0) return false;
        _log.Info("Lease [{0}] is held by [{1}]", Settings.LeaseName, Settings.OwnerName);
        var renewing = new CancellationTokenSource();
        Interlocked.Exchange(ref _renewing, renewing)?.Cancel();
        _ = RenewAsync(leaseLostCallback, renewing.Token);
        return true;
    }

    public override async Task<bool> Release()
    {
        Interlocked.Exchange(ref _renewing, null)?.Cancel();
        return await ExecuteAsync(GiveUp) == 1;
    }

    public override bool CheckLease() => Volatile.Read(ref _renewing) is { IsCancellationRequested: false };

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds);

    /// <summary>A database that does not answer costs the lease only once it has run out.</summary>
    private async Task RenewAsync(Action<Exception?> lost, CancellationToken stop)
    {
        var limits = Settings.TimeoutSettings;
        var renewed = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(limits.HeartbeatInterval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                Exception? problem = null;
                var asked = TimeProvider.System.GetTimestamp();
                try
                {
                    if (await ExecuteAsync(Renew) == 1) renewed = asked;
                    else problem = new LeaseException("another holds it");
                }
                catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException)
                {
                    if (TimeProvider.System.GetElapsedTime(renewed) > limits.HeartbeatTimeout) problem = e;
                }

                if (problem is null) continue;
                _log.Warning("Lease [{0}] is lost: {1}", Settings.LeaseName, problem.Message);
                if (stop.IsCancellationRequested) return;
                Interlocked.Exchange(ref _renewing, null)?.Cancel();
                lost(problem);
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // Released, or the node ends.
        }
    }

    private async Task<int> ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        command.Parameters.AddWithValue("name", Settings.LeaseName);
        command.Parameters.AddWithValue("owner", Settings.OwnerName);
        if (sql.Contains("@ttl", StringComparison.Ordinal)) command.Parameters.AddWithValue("ttl", Settings.TimeoutSettings.HeartbeatTimeout);
        return await command.ExecuteNonQueryAsync();
    }
}
