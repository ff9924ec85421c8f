using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Options that are numbers in a range: whatever else is given, the complaint names the option, the value and the range.</summary>
internal static class NumberOption
{
    public static Option<T?> Of<T>(string name, string description, T least, T most)
        where T : struct, INumber<T>
    {
        var kind = T.IsInteger(least) && default(T) is not double ? "a whole number" : "a number";
        return new Option<T?>(name)
        {
            Description = description,
            CustomParser = argument =>
            {
                var text = argument.Tokens.Count == 1 ? argument.Tokens[0].Value : "";
                if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most) return value;
                argument.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}'; it must be {kind} from {least} to {most}"));
                return null;
            },
        };
    }
}
