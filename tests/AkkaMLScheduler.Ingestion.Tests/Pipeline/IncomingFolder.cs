using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Testing;

namespace AkkaMLScheduler.Ingestion.Tests.Pipeline;

/// <summary>A folder that files come into, and the dataset <c>raw</c> that they go to.</summary>
internal sealed class IncomingFolder(IngestionBench bench) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    public static readonly IngestionSettings Settings = new("raw")
    {
        Rotation = new Rotation(long.MaxValue, long.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100)),
    };

    public IngestionBench Bench => bench;

    public string Path { get; } = bench.Folder("in");

    public static async Task<IncomingFolder> OpenAsync() => new(await IngestionBench.EmbeddedAsync());

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Put(string name, string content) => System.IO.File.WriteAllText(File(name), content);

    public async Task UntilAsync(Func<RecordCounts, long> of, long wanted)
    {
        var found = 0L;
        await Eventually.HoldsAsync(
            async () => (found = (await bench.Catalog.FindAsync("raw"))?.TotalCounts is { } counts ? of(counts) : 0) == wanted,
            Patience,
            () => $"{found} of {wanted} records are there");
    }

    public ValueTask DisposeAsync() => bench.DisposeAsync();
}
