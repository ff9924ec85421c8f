using System.Collections;
using System.Globalization;
using System.Net;
using System.Text;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>
/// Settings that come as environment variables, as HOCON text to lay over a configuration file. <c>AMLS__A__B_C</c> is
/// <c>amls.a.b-c</c> and <c>AKKA__A__B_C</c> is <c>akka.a.b-c</c>; a last part that is a number is the place in a list. Beside them the
/// four names by which a Lighthouse is told who it is: ACTORSYSTEM, CLUSTER_IP, CLUSTER_PORT, CLUSTER_SEEDS.
/// </summary>
public static class EnvironmentSettings
{
    private static readonly string[] Sections = ["AKKA__", "AMLS__"];

    /// <summary>Those of this process.</summary>
    public static string OfProcess() => ToHocon(
        Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(v => (string)v.Key, v => (string?)v.Value ?? ""));

    /// <exception cref="SettingsException">A name is no path, a list has a gap, or CLUSTER_PORT is no port.</exception>
    public static string ToHocon(IReadOnlyDictionary<string, string> variables)
    {
        var hocon = new StringBuilder();
        Lighthouse(variables, hocon);
        var lists = new SortedDictionary<string, SortedDictionary<int, (string Name, string Value)>>(StringComparer.Ordinal);
        var ours = variables.Where(v => Sections.Any(s => v.Key.StartsWith(s, StringComparison.OrdinalIgnoreCase)));
        foreach (var (name, value) in ours.OrderBy(v => v.Key, StringComparer.Ordinal))
        {
            var parts = name.Split("__").Select(part => part.ToLowerInvariant().Replace('_', '-')).ToArray();
            if (parts.Length < 2 || parts.Any(part => part.Length == 0))
                throw new SettingsException($"the environment variable {name} names no setting; write amls.node.name as AMLS__NODE__NAME");
            if (int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var place))
            {
                var path = Path(parts[..^1]);
                if (!lists.TryGetValue(path, out var list)) lists.Add(path, list = []);
                list[place] = (name, value);
            }
            else
            {
                hocon.Append(Path(parts)).Append(" = ").AppendLine(Quote(value));
            }
        }

        foreach (var (path, list) in lists)
        {
            if (list.Keys.Last() != list.Count - 1)
            {
                throw new SettingsException(
                    $"the environment variables of {path} begin at {list.Values.First().Name} and leave a place out; number them from 0 without a gap");
            }

            List(hocon, path, list.Values.Select(item => item.Value));
        }

        return hocon.ToString();
    }

    /// <summary>
    /// As Lighthouse itself reads them. A loopback address is bound as it is; any other is what peers are told, while the node listens on all.
    /// </summary>
    private static void Lighthouse(IReadOnlyDictionary<string, string> variables, StringBuilder hocon)
    {
        if (Given(variables, "ACTORSYSTEM") is { } system) hocon.AppendLine($"amls.system = {Quote(system)}");
        if (Given(variables, "CLUSTER_IP") is { } host)
        {
            var bind = IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address) ? host
                : host == "localhost" ? "127.0.0.1"
                : "0.0.0.0";
            hocon.AppendLine($"amls.node.host = {Quote(bind)}").AppendLine($"amls.node.public-host = {Quote(host)}");
        }

        if (Given(variables, "CLUSTER_PORT") is { } port)
        {
            if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                throw new SettingsException($"the environment variable CLUSTER_PORT is '{port}'; it must be a port from 0 to 65535");
            hocon.AppendLine($"amls.node.port = {port}");
        }

        if (Given(variables, "CLUSTER_SEEDS") is { } seeds)
        {
            var each = seeds.Trim('[', ']').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            List(hocon, "amls.node.seeds", each.Select(seed => seed.Trim('"')));
        }
    }

    private static string? Given(IReadOnlyDictionary<string, string> variables, string name) =>
        variables.TryGetValue(name, out var value) && value.Trim() is { Length: > 0 } trimmed ? trimmed : null;

    private static void List(StringBuilder hocon, string path, IEnumerable<string> items) =>
        hocon.Append(path).Append(" = [").AppendJoin(", ", items.Select(Quote)).AppendLine("]");

    private static string Path(string[] parts) => string.Join('.', parts);

    private static string Quote(string value) =>
        "\"" + value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r") + "\"";
}
