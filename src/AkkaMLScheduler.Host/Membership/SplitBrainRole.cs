using System.Globalization;
using Akka.Cluster;
using Akka.Configuration;

namespace AkkaMLScheduler.Host.Membership;

/// <summary>
/// What a member does when the network splits, written out as a role: roles are the one thing that every member knows of every other. Two
/// members that decide by different rules may both go on, or both end. A stock Lighthouse says nothing of the kind and is not compared.
/// </summary>
public static class SplitBrainRole
{
    private const string Prefix = "sbr:";
    private const string Resolver = "akka.cluster.split-brain-resolver";

    /// <summary>The role of a member under these settings, such as <c>sbr:keep-majority,role=scheduler,stable-after=5s,unstable=15s</c>.</summary>
    public static string Of(Config akka)
    {
        var strategy = akka.GetString($"{Resolver}.active-strategy");
        var own = akka.GetConfig($"{Resolver}.{strategy}")?.AsEnumerable()
            .Select(setting => (Name: setting.Key, Value: setting.Value.GetString()))
            .Where(setting => setting.Value is { Length: > 0 })
            .OrderBy(setting => setting.Name, StringComparer.Ordinal)
            .Select(setting => $",{setting.Name}={setting.Value}") ?? [];
        var stable = akka.GetTimeSpan($"{Resolver}.stable-after").TotalSeconds.ToString(CultureInfo.InvariantCulture);
        return $"{Prefix}{strategy}{string.Concat(own)},stable-after={stable}s,unstable={akka.GetString($"{Resolver}.down-all-when-unstable")}";
    }

    /// <summary>Null for a member that does not say.</summary>
    public static string? In(Member member) => member.Roles.FirstOrDefault(role => role.StartsWith(Prefix, StringComparison.Ordinal));
}
