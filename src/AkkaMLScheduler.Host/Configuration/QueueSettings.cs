using System.Globalization;
using Akka.Configuration.Hocon;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>The share tree as <c>amls.scheduler.queues</c> has it: a section for each queue, under its path.</summary>
internal static class QueueSettings
{
    private const string Section = "amls.scheduler.queues";

    /// <summary>More than any cluster has, and far from where sums overflow.</summary>
    private const long NoLimit = long.MaxValue / 4;

    private static readonly string[] Keys = ["weight", "guarantee", "quota"];
    private static readonly string[] Parts = ["cpu", "memory", "gpu"];

    /// <exception cref="SettingsException">A queue cannot be used; the message names it and what is wrong.</exception>
    public static IReadOnlyList<QueueSpec> Read(HoconValue queues) =>
        [.. Items(queues, Section).OrderBy(queue => queue.Key, StringComparer.Ordinal).Select(queue => Read(queue.Key, queue.Value))];

    private static QueueSpec Read(string path, HoconValue value)
    {
        var place = $"{Section}.\"{path}\"";
        var given = Items(value, place);
        Check(given, Keys, place);
        var weight = given.TryGetValue("weight", out var parts) ? Whole(parts.GetString(), $"{place}.weight") : 1;
        var spec = new QueueSpec(path, (int)Math.Clamp(weight, int.MinValue, int.MaxValue))
        {
            Guarantee = given.TryGetValue("guarantee", out var least) ? Amount(least, $"{place}.guarantee", 0) : null,
            Quota = given.TryGetValue("quota", out var most) ? Amount(most, $"{place}.quota", NoLimit) : null,
        };
        return spec.Problem() is { } problem ? throw new SettingsException($"{Section}: {problem}") : spec;
    }

    private static Resources Amount(HoconValue value, string place, long otherwise)
    {
        var given = Items(value, place);
        Check(given, Parts, place);
        return new Resources(
            given.TryGetValue("cpu", out var cpu) ? Quantity.TryCpu(cpu.GetString(), out var milli) ? milli : throw Wrong($"{place}.cpu", cpu, "cores, such as 64 or 500m") : otherwise,
            given.TryGetValue("memory", out var memory) ? Quantity.TryMemory(memory.GetString(), out var bytes) ? bytes : throw Wrong($"{place}.memory", memory, "a size, such as 512GiB") : otherwise,
            given.TryGetValue("gpu", out var gpu) ? Whole(gpu.GetString(), $"{place}.gpu") * Resources.PerGpu : otherwise);
    }

    private static IDictionary<string, HoconValue> Items(HoconValue value, string place) =>
        value.IsObject() ? value.GetObject().Items : throw new SettingsException($"{place} must be a section, such as {{ weight = 2 }}");

    private static void Check(IDictionary<string, HoconValue> given, string[] known, string place)
    {
        if (given.Keys.FirstOrDefault(key => !known.Contains(key)) is { } stranger)
            throw new SettingsException($"there is no setting '{stranger}' in {place}{Suggestion.For(stranger, known)} It knows {string.Join(", ", known)}");
    }

    private static long Whole(string text, string place) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new SettingsException($"{place} is '{text}'; it must be a whole number");

    private static SettingsException Wrong(string place, HoconValue value, string expected) => new($"{place} is '{value.GetString()}'; it must be {expected}");
}
