namespace AkkaMLScheduler.Scheduling.Ordering;

/// <summary>For each resource, what part of the cluster's total an amount is.</summary>
internal readonly record struct Parts(double Cpu, double Memory, double Gpu)
{
    public double Largest => Math.Max(Cpu, Math.Max(Memory, Gpu));

    public static Parts operator +(Parts a, Parts b) => new(a.Cpu + b.Cpu, a.Memory + b.Memory, a.Gpu + b.Gpu);

    /// <summary>What of each part is above the other, at least 0.</summary>
    public Parts Beyond(Parts other) => new(Math.Max(0, Cpu - other.Cpu), Math.Max(0, Memory - other.Memory), Math.Max(0, Gpu - other.Gpu));
}
