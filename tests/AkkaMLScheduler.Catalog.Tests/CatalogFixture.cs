using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Catalog.Tests;

/// <summary>One PostgreSQL for all tests of this project.</summary>
[CollectionDefinition(Name)]
public sealed class CatalogFixture : ICollectionFixture<PostgresServer>
{
    public const string Name = "catalog";
}
