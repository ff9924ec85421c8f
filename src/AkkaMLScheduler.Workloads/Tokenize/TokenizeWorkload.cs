using AkkaMLScheduler.Catalog;
using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Workloads.Parameters;
using AkkaMLScheduler.Workloads.Stepping;

namespace AkkaMLScheduler.Workloads.Tokenize;

/// <summary>
/// Tokenises the text of its input datasets with the curated layer's own tokeniser and counts what comes out; each rank takes its
/// share of the rows.
/// </summary>
internal sealed class TokenizeWorkload : SteppedWorkload
{
    public override string Type => "tokenize";

    public override IReadOnlyList<ParameterSpec> Parameters { get; } =
    [
        new("column", "string", "text", "The column of text to tokenise."),
        new("batchRows", "int", "256", "Rows per step.") { Minimum = 1, Maximum = 1_000_000 },
    ];

    protected override SteppedTask Start(TaskContext task, RunParameters parameters, CancellationToken stop)
    {
        var name = parameters.Text("column");
        if (task.Inputs.Count == 0)
            throw new WorkloadException($"tokenize reads a dataset: give the job an input with a column '{name}' of text");
        foreach (var input in task.Inputs)
        {
            if (!input.Schema.Columns.Any(column => column.Name == name && column.Type == ColumnType.String))
            {
                throw new WorkloadException(
                    $"input {input.Reference} has no column '{name}' of type {ColumnType.String}; "
                    + $"it has {string.Join(", ", input.Schema.Columns.Select(column => $"{column.Name} {column.Type}"))}");
            }
        }

        var rows = new TextRows([.. task.Inputs.SelectMany(input => input.Files)], name);
        return new TokenizeTask(rows, parameters.Int("batchRows"), task);
    }
}
