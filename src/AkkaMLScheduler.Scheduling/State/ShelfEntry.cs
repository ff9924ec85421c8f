namespace AkkaMLScheduler.Scheduling.State;

/// <summary>A node's place on a shelf: by what is left, then by rank, which is the order of names.</summary>
internal readonly record struct ShelfEntry(double Left, int Rank) : IOrdered<ShelfEntry>
{
    public bool IsBefore(in ShelfEntry other) => Left < other.Left || (Left == other.Left && Rank < other.Rank);
}
