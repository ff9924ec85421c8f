using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Parameters;
using AkkaMLScheduler.Workloads.Stepping;

namespace AkkaMLScheduler.Workloads.Matmul;

/// <summary>
/// Multiplies seeded matrices: one core's worth of load in plain C#, with a checksum that shows whether a resume was exact.
/// </summary>
internal sealed class MatmulWorkload : SteppedWorkload
{
    public override string Type => "matmul";

    public override IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new("steps", "int", "100", "Number of products.") { Minimum = 1, Maximum = 1_000_000_000 },
        new("size", "int", "256", "Rows and columns of each matrix.") { Minimum = 1, Maximum = 8192 },
        new("seed", "int", "1", "Seed of the matrices.") { Minimum = 0, Maximum = long.MaxValue },
    ];

    protected override SteppedTask Start(TaskContext task, RunParameters parameters, CancellationToken stop)
        => new MatmulTask(parameters.Long("steps"), parameters.Int("size"), parameters.Long("seed"), task.Rank);
}
