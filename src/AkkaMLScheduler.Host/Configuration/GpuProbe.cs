using System.Globalization;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>The GPUs of this machine, as its driver counts them.</summary>
/// <param name="Devices">Their indices.</param>
/// <param name="Model">Their model, when it is one and known: <c>NVIDIA-H100-80GB-HBM3</c>.</param>
public sealed record GpuProbe(IReadOnlyList<int> Devices, string? Model)
{
    private static readonly GpuProbe None = new([], null);

    /// <param name="setting"><c>auto</c> asks the driver; a number is taken for granted.</param>
    /// <exception cref="SettingsException">It is neither, or the driver does not answer.</exception>
    public static GpuProbe Read(string setting)
    {
        if (setting == "auto") return Find();
        return int.TryParse(setting, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= NodeCapacity.MaxGpus
            ? new GpuProbe([.. Enumerable.Range(0, count)], null)
            : throw new SettingsException($"amls.worker.gpus is '{setting}'; it must be auto or a number from 0 to {NodeCapacity.MaxGpus}");
    }

    /// <summary>Reads lines such as <c>0, NVIDIA H100 80GB HBM3, 81559</c>; whatever is no such line says that there is no GPU.</summary>
    public static GpuProbe Parse(string listing)
    {
        var found = listing.Split('\n')
            .Select(line => line.Split(',', StringSplitOptions.TrimEntries))
            .Where(fields => fields.Length == 3 && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            .Select(fields => (Index: int.Parse(fields[0], CultureInfo.InvariantCulture), Model: fields[1].Replace(' ', '-')))
            .ToList();
        var models = found.Select(gpu => gpu.Model).Distinct().ToList();
        return new GpuProbe([.. found.Select(gpu => gpu.Index).Take(NodeCapacity.MaxGpus)], models.Count == 1 ? models[0] : null);
    }

    private static GpuProbe Find()
    {
        try
        {
            return NvidiaSmi.Query("index,name,memory.total") is { } listing ? Parse(listing) : None;
        }
        catch (TimeoutException e)
        {
            throw new SettingsException($"{e.Message}; set amls.worker.gpus to the number of GPUs, or to 0");
        }
    }
}
