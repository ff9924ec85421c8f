using AkkaMLScheduler.Catalog;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>The tokens of a task's input datasets, one after the other in the catalog's order.</summary>
internal sealed class TokenCorpus
{
    private const string ColumnName = "tokens";

    private ushort[] _tokens = [];

    public int Count { get; private set; }

    /// <summary>Throws <see cref="WorkloadException"/> when there is no input with tokens, or a token no byte vocabulary has.</summary>
    public static TokenCorpus Read(IReadOnlyList<DatasetInput> inputs, CancellationToken stop)
    {
        if (inputs.Count == 0)
            throw new WorkloadException($"torch trains on curated text: give the job an input with a column '{ColumnName}'");
        var corpus = new TokenCorpus();
        foreach (var input in inputs)
        {
            var column = input.Schema.Columns.FirstOrDefault(column => column is { Name: ColumnName, Type: ColumnType.Int32List })
                ?? throw new WorkloadException(
                    $"input {input.Reference} has no column '{ColumnName}' of type {ColumnType.Int32List}; "
                    + $"it has {string.Join(", ", input.Schema.Columns.Select(c => $"{c.Name} {c.Type}"))}. "
                    + "Curate it with a tokenise step first");
            foreach (var file in input.Files)
                corpus.ReadFileAsync(file, new TableSchema([column]), input.Reference, stop).GetAwaiter().GetResult();
        }

        return corpus;
    }

    /// <summary>Appends tokens as they are.</summary>
    public void Append(ReadOnlySpan<int> tokens, string reference)
    {
        if (Count + tokens.Length > _tokens.Length)
            Array.Resize(ref _tokens, (int)Math.Min(Array.MaxLength, Math.Max(Count + (long)tokens.Length, _tokens.Length * 2L)));
        if (Count + (long)tokens.Length > _tokens.Length)
            throw new WorkloadException($"the inputs hold more than {Array.MaxLength} tokens, more than one task can keep in memory");
        foreach (var token in tokens)
        {
            if (token is < 0 or >= TorchSettings.Vocabulary)
            {
                throw new WorkloadException(
                    $"input {reference} holds token {token}; a byte-level vocabulary ends at {TorchSettings.Vocabulary - 1}");
            }

            _tokens[Count++] = (ushort)token;
        }
    }

    /// <summary>
    /// The sequences <paramref name="firstRow"/> and following of a step's global batch: each starts at a place drawn from
    /// (seed, step, row) alone, whichever rank asks, so that the data's position is the step.
    /// </summary>
    /// <param name="tokens">[rows · context], filled.</param>
    /// <param name="targets">[rows · context], filled with the tokens that follow.</param>
    public void Sample(long seed, long step, int firstRow, int context, Span<long> tokens, Span<long> targets)
    {
        for (var row = 0; row < tokens.Length / context; row++)
        {
            var start = (int)SplitMix64.For(seed, step, firstRow + row).Below(Count - context);
            for (var i = 0; i < context; i++)
            {
                tokens[(row * context) + i] = _tokens[start + i];
                targets[(row * context) + i] = _tokens[start + i + 1];
            }
        }
    }

    private async Task ReadFileAsync(SnapshotFile file, TableSchema schema, string reference, CancellationToken stop)
    {
        await foreach (var batch in ParquetFileReader.ReadAsync(file, schema, stop).ConfigureAwait(false))
        {
            var rows = batch.Int32Lists(0);
            for (var row = 0; row < rows.Count; row++)
                Append(rows[row], reference);
        }
    }
}
