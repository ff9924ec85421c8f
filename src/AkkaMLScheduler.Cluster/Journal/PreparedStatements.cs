using Akka.Configuration;
using Npgsql;

namespace AkkaMLScheduler.Cluster.Journal;

/// <summary>Connections of a journal's plugin on which the few statements that it says over and over are planned once.</summary>
internal static class PreparedStatements
{
    private const int MaxStatements = 10;

    public static NpgsqlDataSource Of(Config plugin) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(plugin.GetString("connection-string"))
        {
            MaxAutoPrepare = MaxStatements,
            AutoPrepareMinUsages = 2,

            // Nothing is set on a session that the next user would have to be spared.
            NoResetOnClose = true,
        });
}
