namespace AkkaMLScheduler.Catalog;

/// <summary><paramref name="Child"/> was made from <paramref name="Parent"/>.</summary>
public sealed record LineageEdge(DatasetVersion Parent, DatasetVersion Child);
