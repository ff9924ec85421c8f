using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;

namespace AkkaMLScheduler.Workloads;

/// <summary>Names and versions of what runs a task, for the record of whoever wants to run it again.</summary>
internal static class RunningSoftware
{
    /// <summary>This program and what is below it.</summary>
    public static IReadOnlyDictionary<string, string> Own { get; } = ImmutableSortedDictionary<string, string>.Empty
        .Add("amls", VersionOf(typeof(RunningSoftware).Assembly))
        .Add("dotnet", Environment.Version.ToString())
        .Add("platform", RuntimeInformation.RuntimeIdentifier);

    /// <summary>With this beside it.</summary>
    public static IReadOnlyDictionary<string, string> With(string name, string version) => Own.ToImmutableSortedDictionary().Add(name, version);

    /// <summary>As it was built, with the commit where that is known.</summary>
    public static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly.GetName().Version?.ToString() ?? "";
}
