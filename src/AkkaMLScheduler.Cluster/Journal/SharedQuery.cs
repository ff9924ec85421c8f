namespace AkkaMLScheduler.Cluster.Journal;

/// <summary>
/// Questions about single keys, answered many at a time: those that come while the database works on the last ones share the next query.
/// A lone question is asked at once; a flood of them costs a handful of queries.
/// </summary>
/// <param name="query">Answers for the keys that have one; a key that is absent has none. Several queries never run at once.</param>
internal sealed class SharedQuery<TKey, TValue>(Func<IReadOnlyList<TKey>, Task<IReadOnlyDictionary<TKey, TValue>>> query)
    where TKey : notnull
{
    /// <summary>Keys of one query: bounds what it takes of memory and how long the last one waits for all.</summary>
    private const int MaxKeys = 200;

    private readonly Lock _lock = new();
    private readonly Queue<(TKey Key, TaskCompletionSource<TValue?> Answer)> _waiting = [];
    private bool _asking;

    /// <returns>The default where the key has no answer.</returns>
    public Task<TValue?> AskAsync(TKey key)
    {
        var answer = new TaskCompletionSource<TValue?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue((key, answer));
            if (_asking) return answer.Task;
            _asking = true;
        }

        _ = AnswerAllAsync();
        return answer.Task;
    }

    private async Task AnswerAllAsync()
    {
        while (Next() is { Count: > 0 } questions)
        {
            try
            {
                var found = await query([.. questions.Select(q => q.Key).Distinct()]);
                foreach (var (key, answer) in questions) answer.TrySetResult(found.GetValueOrDefault(key));
            }
            catch (Exception e)
            {
                foreach (var (_, answer) in questions) answer.TrySetException(e);
            }
        }
    }

    private List<(TKey Key, TaskCompletionSource<TValue?> Answer)> Next()
    {
        var next = new List<(TKey, TaskCompletionSource<TValue?>)>();
        lock (_lock)
        {
            while (next.Count < MaxKeys && _waiting.TryDequeue(out var question)) next.Add(question);
            _asking = next.Count > 0;
            return next;
        }
    }
}
