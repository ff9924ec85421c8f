using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Processing.Tests;

/// <summary>One PostgreSQL for all tests of this project.</summary>
[CollectionDefinition(Name)]
public sealed class ProcessingFixture : ICollectionFixture<PostgresServer>
{
    public const string Name = "processing";
}
