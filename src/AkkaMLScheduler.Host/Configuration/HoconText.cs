using Akka.Configuration;
using Akka.Persistence.Sql;
using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Cluster.Journal;
using AkkaMLScheduler.Cluster.Scheduler;
using Microsoft.Data.Sqlite;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>The files of <c>hocon/</c>, built into the program, and what is put together from settings.</summary>
public static class HoconText
{
    public static string Amls { get; } = Read("amls.conf");

    public static string Akka { get; } = Read("akka.conf");

    /// <summary>
    /// What is waited after a dead member's removal, on every node of a cluster whose scheduler holds a lease. Without one it is
    /// split-brain-resolver.stable-after. A worker that is cut off has stopped its tasks before that time, see WorkerActor.
    /// </summary>
    public static Config MarginWithLease { get; } = ConfigurationFactory.ParseString("akka.cluster.down-removal-margin = 1s");

    /// <summary>Journal and snapshots of a node: PostgreSQL, or SQLite in <c>journal.db</c> of the data folder.</summary>
    public static Config Persistence(NodeSettings settings)
    {
        var postgres = settings.Database == CatalogProvider.PostgreSql;
        var connection = postgres
            ? settings.PostgresConnection
            : new SqliteConnectionStringBuilder { DataSource = Path.Combine(settings.DataDir, "journal.db"), Cache = SqliteCacheMode.Private, DefaultTimeout = 30 }.ToString();
        var store = $$"""
            connection-string = "{{Quoted(connection)}}"
            provider-name = "{{(postgres ? "PostgreSQL.15" : "SQLite.MS")}}"
            auto-initialize = true
            """;
        return ConfigurationFactory.ParseString($$"""
            {{(postgres ? Lease(connection) : "")}}
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.sql"
                sql {
                  {{store}}
                  {{(postgres ? Class<PostgresJournal>() : "")}}
                  tag-write-mode = Csv
                  parallelism = {{(postgres ? 3 : 1)}}
                }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.sql"
                sql {
                  {{store}}
                  {{(postgres ? Class<PostgresSnapshots>() : "")}}
                }
              }
              query.journal.sql {
                {{store}}
                write-plugin = "akka.persistence.journal.sql"
                tag-read-mode = Csv
                refresh-interval = 50ms
                journal-sequence-retrieval {
                  query-delay = 50ms
                  # A gap in the ordering is given up after query-delay times this: longer than a commit may stall.
                  max-tries = 200
                }
              }
            }
            """).WithFallback(SqlPersistence.DefaultConfiguration);
    }

    /// <summary>
    /// With a lease the singleton need not wait a margin after a dead member's removal. A holder that cannot renew for the heartbeat timeout
    /// has lost it, well before its member would be removed.
    /// </summary>
    private static string Lease(string connection) => $$"""
        akka.coordination.lease.postgresql {
          lease-{{Class<PostgresLease>()}}
          connection-string = "{{Quoted(connection)}}"
          heartbeat-interval = 1500ms
          heartbeat-timeout = 6s
          lease-operation-timeout = 3s
        }
        """;

    private static string Class<T>() => $"class = \"{typeof(T).FullName}, {typeof(T).Assembly.GetName().Name}\"";

    private static string Quoted(string text) => text.Replace("\\", "\\\\").Replace("\"", "\\\"");

    private static string Read(string name)
    {
        using var stream = typeof(HoconText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not built into {typeof(HoconText).Assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
