namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>The reasons in the column <c>code</c> of a rejects dataset. Stored: never rename one.</summary>
/// <remarks>
/// A rejected record keeps its bytes, a message of one line, and its place. The first of these that holds is its reason: the framing's
/// (<see cref="TooLong"/>, <see cref="UnclosedQuote"/>, a JSON array's), <see cref="InvalidUtf8"/>, <see cref="NulByte"/>, then what the
/// decoder finds, from syntax to values. See <see cref="CsvDecoder"/> and <see cref="JsonDecoder"/> for what their formats take, and
/// <see cref="Files.InputFile"/> for when a whole file is refused.
/// </remarks>
public static class RejectCodes
{
    /// <summary>The record is longer than the limit; the raw bytes kept are its beginning.</summary>
    public const string TooLong = "too-long";

    /// <summary>A quoted CSV field never ends; the raw bytes are its first line, and reading went on with the next line.</summary>
    public const string UnclosedQuote = "unclosed-quote";

    /// <summary>Not UTF-8.</summary>
    public const string InvalidUtf8 = "invalid-utf8";

    /// <summary>A byte of value 0, in any format. A JSON text may hold the character, as <c>\u0000</c>.</summary>
    public const string NulByte = "nul-byte";

    /// <summary>A CSV row has more or fewer fields than the header.</summary>
    public const string FieldCount = "field-count";

    /// <summary>A CSV row breaks the quoting rules.</summary>
    public const string MalformedCsv = "malformed-csv";

    /// <summary>Not JSON, or nested deeper than 64.</summary>
    public const string MalformedJson = "malformed-json";

    /// <summary>JSON, but not an object.</summary>
    public const string NotAnObject = "not-an-object";

    /// <summary>One key twice in an object: which value was meant is unknowable.</summary>
    public const string DuplicateKey = "duplicate-key";

    /// <summary>A key that the schema lacks.</summary>
    public const string UnknownColumn = "unknown-column";

    /// <summary>A required column is absent or null.</summary>
    public const string MissingValue = "missing-value";

    /// <summary>A value that its column's type cannot hold without loss.</summary>
    public const string TypeMismatch = "type-mismatch";
}
