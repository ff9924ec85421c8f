namespace AkkaMLScheduler.Contracts.Api;

/// <summary>The cluster as one member sees it.</summary>
/// <param name="System">The actor system's name.</param>
/// <param name="Self">Address of the member that answers.</param>
/// <param name="Leader">Null while there is none, as during a partition.</param>
/// <param name="Members">By address.</param>
public sealed record ClusterView(string System, string Self, string? Leader, IReadOnlyList<MemberView> Members);

/// <param name="Status"><c>joining</c>, <c>weaklyup</c>, <c>up</c>, <c>leaving</c>, <c>exiting</c> or <c>down</c>.</param>
/// <param name="Reachable">As the answering member sees it.</param>
/// <param name="Version">Of the program that it runs.</param>
public sealed record MemberView(string Address, IReadOnlyList<string> Roles, string Status, bool Reachable, string Version);

public sealed record LeaderView(string? Address);

public sealed record ActorSystemView(string Address);

/// <summary>The kinds of entities that are sharded.</summary>
public sealed record RegionsView(IReadOnlyList<RegionView> Regions);

/// <param name="Role">Members with this role hold its entities.</param>
/// <param name="Here">Whether the answering member does; otherwise it has a proxy.</param>
public sealed record RegionView(string Region, string Role, bool Here);

/// <summary>Where the entities of one kind are.</summary>
/// <param name="Silent">Addresses of members that should hold some and did not answer in time.</param>
public sealed record RegionStatsView(string Region, IReadOnlyList<RegionShareView> Members, IReadOnlyList<string> Silent);

/// <param name="IsCoordinator">Whether the shards' places are decided there.</param>
/// <param name="Entities">Those awake.</param>
public sealed record RegionShareView(MemberView Member, bool IsCoordinator, int Shards, int Entities);

/// <summary>Actors of the answering member, each before its children.</summary>
/// <param name="Truncated">There are more than are listed.</param>
public sealed record HierarchyView(IReadOnlyList<string> Paths, bool Truncated);
