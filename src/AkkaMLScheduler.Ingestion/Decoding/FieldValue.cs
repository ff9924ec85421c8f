namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>What a <see cref="FieldValue"/> holds.</summary>
public enum FieldKind : byte
{
    Null,
    Text,
    Integer,
    Real,
    Boolean,
    Bytes,
}

/// <summary>One decoded field without boxing: text and bytes by reference, the rest in 64 bits.</summary>
public readonly struct FieldValue
{
    private readonly object? _reference;
    private readonly long _bits;

    private FieldValue(FieldKind kind, object? reference, long bits)
    {
        Kind = kind;
        _reference = reference;
        _bits = bits;
    }

    public FieldKind Kind { get; }

    public string Text => (string)_reference!;

    public byte[] Bytes => (byte[])_reference!;

    public long Integer => _bits;

    public double Real => BitConverter.Int64BitsToDouble(_bits);

    public bool Boolean => _bits != 0;

    public static FieldValue Null => default;

    public static FieldValue Of(string text) => new(FieldKind.Text, text, 0);

    public static FieldValue Of(byte[] bytes) => new(FieldKind.Bytes, bytes, 0);

    public static FieldValue Of(long value) => new(FieldKind.Integer, null, value);

    public static FieldValue Of(double value) => new(FieldKind.Real, null, BitConverter.DoubleToInt64Bits(value));

    public static FieldValue Of(bool value) => new(FieldKind.Boolean, null, value ? 1 : 0);
}
