using System.CommandLine;
using System.Globalization;
using AkkaMLScheduler.Contracts;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Options that take an amount with its unit, and show their default as one.</summary>
internal static class AmountOptions
{
    public static Option<string> Size(string name, string description, long bytes) =>
        new(name) { Description = description, DefaultValueFactory = _ => Quantity.Memory(bytes) };

    public static Option<string> Duration(string name, string description, TimeSpan span) =>
        new(name) { Description = description, DefaultValueFactory = _ => Text(span) };

    /// <exception cref="UserError">It is no size above 0.</exception>
    public static long ReadSize(this ParseResult parse, Option<string> option) =>
        Quantity.TryMemory(parse.GetValue(option)!, out var bytes) && bytes > 0
            ? bytes
            : throw new UserError($"{option.Name} is '{parse.GetValue(option)}'; it must be a size, such as 128MiB");

    /// <param name="least">The shortest that is allowed.</param>
    /// <exception cref="UserError">It is no duration, or a shorter one.</exception>
    public static TimeSpan ReadDuration(this ParseResult parse, Option<string> option, TimeSpan least) =>
        Quantity.TryDuration(parse.GetValue(option)!, out var span) && span >= least
            ? span
            : throw new UserError($"{option.Name} is '{parse.GetValue(option)}'; it must be a duration of {Text(least)} to 30 days, such as 5m or 168h");

    private static string Text(TimeSpan span)
    {
        var (unit, name) = span switch
        {
            { Ticks: > 0 } when span.Ticks % TimeSpan.TicksPerHour == 0 => (TimeSpan.TicksPerHour, "h"),
            { Ticks: > 0 } when span.Ticks % TimeSpan.TicksPerMinute == 0 => (TimeSpan.TicksPerMinute, "m"),
            _ when span.Ticks % TimeSpan.TicksPerSecond == 0 => (TimeSpan.TicksPerSecond, "s"),
            _ => (TimeSpan.TicksPerMillisecond, "ms"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{span.Ticks / unit}{name}");
    }
}
