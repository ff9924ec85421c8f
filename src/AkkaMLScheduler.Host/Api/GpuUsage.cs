using System.Diagnostics.Metrics;
using System.Globalization;
using AkkaMLScheduler.Host.Configuration;
using Microsoft.Extensions.Hosting;

namespace AkkaMLScheduler.Host.Api;

/// <summary>How busy this machine's GPUs are, asked of the driver every few seconds while there are some.</summary>
public sealed class GpuUsage(NodeSettings settings) : BackgroundService
{
    public const string MeterName = "AkkaMLScheduler.Gpus";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    private readonly Meter _meter = new(MeterName);
    private IReadOnlyList<Sample> _samples = [];

    /// <summary>Reads lines such as <c>0, 87, 40536</c>; what the driver does not know (<c>[N/A]</c>) is left out.</summary>
    public static IReadOnlyList<Sample> Parse(string listing) =>
    [
        .. from line in listing.Split('\n')
           let fields = line.Split(',', StringSplitOptions.TrimEntries)
           where fields.Length == 3 && IsNumber(fields[0])
           select new Sample(Number(fields[0]), IsNumber(fields[1]) ? Number(fields[1]) / 100.0 : null, IsNumber(fields[2]) ? (long)Number(fields[2]) << 20 : null),
    ];

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.GpuDevices.Count == 0) return;
        _meter.CreateObservableGauge<double>("amls.gpu.utilization", () => Observe(sample => sample.Utilization), "1", "Part of the time in which a GPU was at work, as the driver says.");
        _meter.CreateObservableGauge<long>("amls.gpu.memory", () => Observe(sample => sample.MemoryBytes), "By", "Memory of a GPU that is in use.");
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                _samples = await Task.Run(() => NvidiaSmi.Query("index,utilization.gpu,memory.used"), stoppingToken) is { } listing ? Parse(listing) : [];
            }
            catch (TimeoutException)
            {
                // Figures that are not known are not shown; the next look may find them.
                _samples = [];
            }

            await Task.Delay(Interval, stoppingToken);
        }
    }

    private IEnumerable<Measurement<T>> Observe<T>(Func<Sample, T?> value)
        where T : struct =>
        from sample in _samples
        let seen = value(sample)
        where seen is not null
        select new Measurement<T>(seen.Value, new("gpu", sample.Index), new("node", settings.Name));

    private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <param name="Index">As the driver counts.</param>
    /// <param name="Utilization">0 to 1.</param>
    public sealed record Sample(int Index, double? Utilization, long? MemoryBytes);
}
