namespace AkkaMLScheduler.Processing;

/// <summary>
/// Cleans a raw row and says whether anything is left. Text dataset: a row without text is blank. Tabular: an empty text or the text
/// NA means "no value", and a row without any value is blank.
/// </summary>
internal sealed class BlankRule
{
    private const string NotAvailable = "NA";

    private readonly ProcessingPlan _plan;
    private readonly int _textInput;

    public BlankRule(ProcessingPlan plan)
    {
        _plan = plan;
        _textInput = plan.IsTabular ? -1 : plan.InputIndexes[plan.TextIndex];
    }

    public object?[] Clean(object?[] values)
    {
        var cleaned = new object?[values.Length];
        for (var i = 0; i < values.Length; i++)
            cleaned[i] = values[i] is string text ? Clean(text) : values[i];
        return cleaned;
    }

    public bool IsBlank(object?[] values) => _plan.IsTabular
        ? Array.TrueForAll(values, value => value is null)
        : _textInput < 0 || values[_textInput] is null or "";

    private string? Clean(string text)
    {
        var cleaned = TextCleaning.Clean(text);
        return _plan.IsTabular && cleaned is ("" or NotAvailable) ? null : cleaned;
    }
}
