using System.Globalization;
using Sylvan.Data.Csv;

namespace AkkaMLScheduler.Simulator;

/// <summary>
/// The rows of a CSV that has a line of column names. No field of the traces holds a comma or a line end, so a quotation mark is never
/// followed across lines: a stray one spoils its own line, not the rest of the file.
/// </summary>
internal sealed class CsvRows : IDisposable
{
    /// <summary>A longer line is not a trace's.</summary>
    private const int LongestLine = 1 << 20;

    /// <summary>Far beyond any trace (3,000 years of seconds), near enough that nothing overflows.</summary>
    private const double Largest = 1e11;

    private const int LongestShown = 40;

    private readonly CsvDataReader _reader;
    private readonly IReadOnlyList<string> _columns;
    private readonly int[] _ordinals;

    /// <param name="text">Read to its end, not closed.</param>
    /// <param name="columns">Those that are needed; their places in this list are how they are asked for.</param>
    /// <exception cref="MissingColumnsException">The first line does not name them all.</exception>
    /// <exception cref="IOException">The first line is too long to be one of column names.</exception>
    public CsvRows(TextReader text, IReadOnlyList<string> columns)
    {
        _columns = columns;
        try
        {
            _reader = CsvDataReader.Create(text, new CsvDataReaderOptions
            {
                CsvStyle = CsvStyle.Escaped,
                Escape = '\0',
                Delimiter = ',',
                Comment = '\0',
                HasHeaders = true,
                MaxBufferSize = LongestLine,
                OwnsReader = false,
            });
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            throw new IOException($"line 1: {broken.Message}", broken);
        }

        var names = Enumerable.Range(0, _reader.FieldCount).Select(i => Bare(_reader.GetName(i)).ToString()).ToList();
        _ordinals = [.. columns.Select(column => names.FindIndex(name => name.Equals(column, StringComparison.OrdinalIgnoreCase)))];
        var missing = columns.Where((_, i) => _ordinals[i] < 0).ToList();
        if (missing.Count > 0) throw new MissingColumnsException(missing, columns);
    }

    /// <summary>The number of the row's line, from 1; the column names are on line 1.</summary>
    public int Line => _reader.RowNumber + 1;

    /// <summary>Goes to the next row that is not blank; false at the end.</summary>
    /// <exception cref="IOException">A line is too long.</exception>
    public bool Read()
    {
        try
        {
            while (_reader.Read())
                if (_reader.RowFieldCount > 1 || (_reader.RowFieldCount == 1 && !Bare(_reader.GetFieldSpan(0)).IsEmpty))
                    return true;
            return false;
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            throw new IOException($"line {Line + 1}: {broken.Message}", broken);
        }
    }

    /// <summary>A field without blanks and quotation marks around it; empty when the row is too short.</summary>
    public ReadOnlySpan<char> Text(int column) =>
        _ordinals[column] < _reader.RowFieldCount ? Bare(_reader.GetFieldSpan(_ordinals[column])) : default;

    /// <summary>Reads a field as a number.</summary>
    /// <returns>Null, or what is wrong with it.</returns>
    public string? Number(int column, out double value)
    {
        var text = Text(column);
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && Math.Abs(value) <= Largest) return null;
        return $"{_columns[column]} is \"{Shown(text)}\", not a number";
    }

    public static string Shown(ReadOnlySpan<char> text) => text.Length <= LongestShown ? text.ToString() : $"{text[..LongestShown]}…";

    public void Dispose() => _reader.Dispose();

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> field) => field.Trim(" \t\r\"");

    private static bool IsBroken(Exception failure) => failure is CsvFormatException or CsvRecordTooLargeException or FormatException;
}
