using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Contracts.Wire;
using AkkaMLScheduler.Host.Configuration;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Host.Tests;

/// <summary>The journal on PostgreSQL, whose reads and writes many actors share: what each one stored is what each one gets back.</summary>
public sealed class JournalTests(PostgresServer postgres) : IClassFixture<PostgresServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableFact]
    public async Task Each_of_many_actors_gets_back_what_it_stored_in_order()
    {
        var database = await postgres.CreateDatabaseAsync();
        int[] counts = [.. Enumerable.Range(0, 300).Select(number => number % 7 + 1), 1_500];
        using (var first = Start(database))
        {
            var stored = counts.Select((count, number) => Writer(first, number).Ask<int>(count, Patience));
            Assert.Equal(counts, await Task.WhenAll(stored));
        }

        using var second = Start(database);
        var recovered = await Task.WhenAll(counts.Select((_, number) => Writer(second, number).Ask<string[]>("all", Patience)));
        Assert.All(recovered, (all, number) => Assert.Equal(Enumerable.Range(1, counts[number]).Select(n => $"{number}-{n}"), all));
    }

    [SkippableFact]
    public async Task Of_two_that_write_under_one_id_one_is_stopped_and_what_the_other_stored_stands()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var first = Start(database);
        using var second = Start(database);
        IActorRef mine = Writer(first, 1), theirs = Writer(second, 1);
        Assert.Empty(await mine.Ask<string[]>("all", Patience));
        Assert.Empty(await theirs.Ask<string[]>("all", Patience));

        Assert.Equal(2, await mine.Ask<int>(2, Patience));
        var stopped = theirs.WatchAsync();
        theirs.Tell(1);

        Assert.True(await stopped.WaitAsync(Patience));
        Assert.Equal(["1-1", "1-2"], await mine.Ask<string[]>("all", Patience));
    }

    private static ActorSystem Start(string database)
    {
        var settings = NodeSettings.Load($$"""amls.database { provider = postgresql, connection-string = "{{database}}" }""");
        return ActorSystem.Create("journal", ConfigurationFactory.ParseString("akka.stdout-loglevel = OFF\nakka.loglevel = OFF")
            .WithFallback(WireBindings.Of<ContractsSerializer>("amls-contracts", ContractsSerializer.Types))
            .WithFallback(HoconText.Persistence(settings)));
    }

    private static IActorRef Writer(ActorSystem system, int number) => system.ActorOf(Props.Create(() => new EventWriter(number)));

    /// <summary>Stores as many events as it is told, answers how many it has stored, or tells all that it has.</summary>
    private sealed class EventWriter : ReceivePersistentActor
    {
        private readonly List<string> _all = [];

        public EventWriter(int number)
        {
            PersistenceId = $"writer-{number}";
            Recover<JobEvents.Held>(e => _all.Add(e.RequestedBy));
            Command<int>(count =>
            {
                var asks = Sender;
                var events = Enumerable.Range(_all.Count + 1, count).Select(n => new JobEvents.Held(new JobId("job"), $"{number}-{n}", DateTimeOffset.UnixEpoch));
                PersistAll(events, e =>
                {
                    _all.Add(e.RequestedBy);
                    if (--count == 0) asks.Tell(_all.Count);
                });
            });
            Command<string>(_ => Sender.Tell(_all.ToArray()));
        }

        public override string PersistenceId { get; }
    }
}
