namespace AkkaMLScheduler.Ingestion.Generation;

/// <summary>Words of one kind, drawn by Zipf's law: the word of rank r with weight 1 / r, as in real text.</summary>
internal sealed class WordList
{
    private readonly string[] _words;
    private readonly double[] _cumulative;

    public WordList(string words)
    {
        _words = words.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _cumulative = new double[_words.Length];
        var sum = 0.0;
        for (var rank = 1; rank <= _words.Length; rank++)
        {
            sum += 1.0 / rank;
            _cumulative[rank - 1] = sum;
        }
    }

    public string Draw(ref SplitMix64 random)
    {
        var at = Array.BinarySearch(_cumulative, random.Unit() * _cumulative[^1]);
        return _words[Math.Min(at < 0 ? ~at : at + 1, _words.Length - 1)];
    }
}
