using System.Globalization;

namespace AkkaMLScheduler.ClusterTests;

/// <summary>Larger runs, asked for by the environment.</summary>
internal static class Asked
{
    /// <returns>Null where the variable says nothing.</returns>
    public static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
