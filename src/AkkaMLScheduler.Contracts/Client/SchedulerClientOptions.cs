using Akka.Actor;

namespace AkkaMLScheduler.Contracts.Client;

/// <summary>How a <see cref="SchedulerClient"/> reaches a cluster and how patient it is.</summary>
public sealed record SchedulerClientOptions
{
    /// <summary>More than this many at once gain nothing and would fill the transport's buffer.</summary>
    public const int MostInFlight = 1000;

    /// <summary>
    /// Members with the scheduler role, as <c>akka.tcp://SYSTEM@HOST:PORT</c>; several, so that one may be away. The others are learned
    /// from the first that answers.
    /// </summary>
    public required IReadOnlyList<string> ContactPoints { get; init; }

    /// <summary>Who the cluster says has submitted or cancelled.</summary>
    public string Name { get; init; } = "service";

    /// <summary>
    /// From a request to its answer, all repetitions included. Longer than the cluster takes to replace a dead scheduler, or callers see
    /// every fail-over. Default: 60 s.
    /// </summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After so long without an answer a request is sent again. Default: 3 s.</summary>
    public TimeSpan RepeatAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Requests under way at once; others wait for their turn. Default: 256.</summary>
    public int InFlight { get; init; } = 256;

    /// <summary>Address of this process that members may answer to. Default: 127.0.0.1.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>HOCON laid over the client's own, for settings of Akka.NET itself such as those of TLS.</summary>
    public string Overrides { get; init; } = "";

    internal IEnumerable<ActorPath> Receptionists() => ContactPoints.Select(point =>
        ActorPath.TryParse($"{point.TrimEnd('/')}/system/receptionist", out var path) && path.Address.Port is not null
            ? path
            : throw new ArgumentException($"contact point '{point}' is not an address such as akka.tcp://amls@127.0.0.1:4053"));

    internal void Check()
    {
        if (ContactPoints.Count == 0) throw new ArgumentException("a client needs at least one contact point, such as akka.tcp://amls@127.0.0.1:4053");
        if (InFlight is < 1 or > MostInFlight) throw new ArgumentException($"{InFlight} requests in flight were asked for; from 1 to {MostInFlight} are possible");
        if (RepeatAfter <= TimeSpan.Zero || Deadline < RepeatAfter)
            throw new ArgumentException($"a deadline of {Deadline} and repetitions after {RepeatAfter} do not go together: the deadline must not be the shorter");
    }
}
