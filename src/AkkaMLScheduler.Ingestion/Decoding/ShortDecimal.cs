namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>
/// Decimals of at most 15 digits, as most are that people write. Their digits as a whole number and the power of ten are both exact in a
/// double, so that the quotient is the double nearest to the decimal (W. Clinger, 1990); a parser for all decimals takes four times as long.
/// </summary>
internal static class ShortDecimal
{
    private const int MostDigits = 15;

    private static ReadOnlySpan<double> Powers => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <returns>Null for anything but an optional minus, digits, and at most one point.</returns>
    public static double? Parse(ReadOnlySpan<byte> text)
    {
        var isNegative = text is [(byte)'-', ..];
        var whole = 0L;
        var digits = 0;
        var beforePoint = -1;
        foreach (var character in isNegative ? text[1..] : text)
        {
            if (character == '.' && beforePoint < 0)
            {
                beforePoint = digits;
                continue;
            }

            var digit = character - '0';
            if (digit is < 0 or > 9 || ++digits > MostDigits)
                return null;
            whole = (whole * 10) + digit;
        }

        if (digits == 0)
            return null;
        var value = whole / Powers[beforePoint < 0 ? 0 : digits - beforePoint];
        return isNegative ? -value : value;
    }
}
