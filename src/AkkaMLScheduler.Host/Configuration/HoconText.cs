using Akka.Configuration;
using Akka.Persistence.Sql;
using AkkaMLScheduler.Catalog;
using Microsoft.Data.Sqlite;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>The files of <c>hocon/</c>, built into the program, and what is put together from settings.</summary>
public static class HoconText
{
    public static string Amls { get; } = Read("amls.conf");

    public static string Akka { get; } = Read("akka.conf");

    /// <summary>Journal and snapshots of a node: PostgreSQL, or SQLite in <c>journal.db</c> of the data folder.</summary>
    public static Config Persistence(NodeSettings settings)
    {
        var postgres = settings.Database == CatalogProvider.PostgreSql;
        var connection = postgres
            ? settings.PostgresConnection
            : new SqliteConnectionStringBuilder { DataSource = Path.Combine(settings.DataDir, "journal.db"), Cache = SqliteCacheMode.Private, DefaultTimeout = 30 }.ToString();
        var store = $$"""
            connection-string = "{{connection.Replace("\\", "\\\\").Replace("\"", "\\\"")}}"
            provider-name = "{{(postgres ? "PostgreSQL.15" : "SQLite.MS")}}"
            auto-initialize = true
            """;
        return ConfigurationFactory.ParseString($$"""
            akka.persistence {
              journal {
                plugin = "akka.persistence.journal.sql"
                sql {
                  {{store}}
                  tag-write-mode = Csv
                  parallelism = {{(postgres ? 3 : 1)}}
                }
              }
              snapshot-store {
                plugin = "akka.persistence.snapshot-store.sql"
                sql {
                  {{store}}
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

    private static string Read(string name)
    {
        using var stream = typeof(HoconText).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not built into {typeof(HoconText).Assembly.GetName().Name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
