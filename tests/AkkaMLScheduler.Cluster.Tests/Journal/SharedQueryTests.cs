using System.Collections.Concurrent;
using AkkaMLScheduler.Cluster.Journal;

namespace AkkaMLScheduler.Cluster.Tests.Journal;

public sealed class SharedQueryTests
{
    private readonly ConcurrentQueue<IReadOnlyList<int>> _asked = [];
    private readonly BlockingCollection<TaskCompletionSource<IReadOnlyDictionary<int, string>>> _underWay = [];
    private readonly SharedQuery<int, string> _query;

    public SharedQueryTests() => _query = new SharedQuery<int, string>(keys =>
    {
        _asked.Enqueue(keys);
        var answer = new TaskCompletionSource<IReadOnlyDictionary<int, string>>(TaskCreationOptions.RunContinuationsAsynchronously);
        _underWay.Add(answer);
        return answer.Task;
    });

    [Fact]
    public async Task What_is_asked_while_the_database_works_shares_the_next_query()
    {
        var first = _query.AskAsync(1);
        var rest = new[] { 2, 3, 2 }.Select(_query.AskAsync).ToList();
        Assert.Equal([1], Assert.Single(_asked));

        UnderWay().SetResult(new Dictionary<int, string> { [1] = "one" });
        Assert.Equal("one", await first);

        UnderWay().SetResult(new Dictionary<int, string> { [2] = "two" });
        Assert.Equal(new[] { "two", null, "two" }, await Task.WhenAll(rest));
        Assert.Equal([[1], [2, 3]], _asked);
    }

    [Fact]
    public async Task A_query_that_fails_fails_those_who_shared_it_and_nobody_else()
    {
        var first = _query.AskAsync(1);
        var second = _query.AskAsync(2);
        UnderWay().SetException(new TimeoutException("the database is away"));
        await Assert.ThrowsAsync<TimeoutException>(() => first);

        UnderWay().SetResult(new Dictionary<int, string> { [2] = "two" });
        Assert.Equal("two", await second);
    }

    [Fact]
    public async Task No_query_asks_for_more_than_two_hundred()
    {
        var first = _query.AskAsync(0);
        var rest = Enumerable.Range(1, 450).Select(_query.AskAsync).ToList();
        for (var queries = 0; queries < 4; queries++) UnderWay().SetResult(new Dictionary<int, string>());
        await first;
        await Task.WhenAll(rest);
        Assert.Equal([1, 200, 200, 50], _asked.Select(keys => keys.Count));
    }

    private TaskCompletionSource<IReadOnlyDictionary<int, string>> UnderWay() =>
        _underWay.TryTake(out var query, TimeSpan.FromSeconds(30)) ? query : throw new TimeoutException("no query came");
}
