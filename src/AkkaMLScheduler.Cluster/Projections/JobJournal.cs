using Akka.Actor;
using Akka.Persistence.Query;
using Akka.Persistence.Sql.Query;
using Akka.Streams;
using Akka.Streams.Dsl;
using AkkaMLScheduler.Cluster.Jobs;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cluster.Projections;

/// <summary>
/// Finds single jobs, also those that the read tables do not show yet: a job that was accepted is known from that moment on, however
/// far the tables are behind.
/// </summary>
public sealed class JobJournal(ReadTables tables, ActorSystem system)
{
    /// <returns>Null when there is no such job.</returns>
    public async Task<JobDetail?> FindAsync(JobId id, CancellationToken ct = default)
    {
        if (await tables.JobAsync(id, ct) is { } shown) return shown;
        var events = await EventsAsync(id, long.MaxValue, ct);
        return events.Count > 0 ? tables.Detail(id, events) : null;
    }

    public async Task<bool> KnowsAsync(JobId id, CancellationToken ct = default) =>
        await tables.KnowsAsync(id, ct) || (await EventsAsync(id, 1, ct)).Count > 0;

    /// <param name="last">The sequence number of the last that is wanted.</param>
    private async Task<IReadOnlyList<IJobEvent>> EventsAsync(JobId id, long last, CancellationToken ct) => await PersistenceQuery.Get(system)
        .ReadJournalFor<SqlReadJournal>(SqlReadJournal.Identifier)
        .CurrentEventsByPersistenceId(JobActor.PersistenceIdOf(id), 0, last)
        .Select(envelope => (IJobEvent)envelope.Event)
        .RunWith(Sink.Seq<IJobEvent>(), system.Materializer())
        .WaitAsync(ct);
}
