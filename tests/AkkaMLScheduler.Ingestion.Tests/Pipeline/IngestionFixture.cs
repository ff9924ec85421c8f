using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

/// <summary>One PostgreSQL server for the tests that need it.</summary>
[CollectionDefinition(Name)]
public sealed class IngestionFixture : ICollectionFixture<PostgresServer>
{
    public const string Name = "ingestion";
}
