namespace AkkaMLScheduler.Ingestion.Decoding;

/// <summary>A record after decoding: fields, or a fault, or neither when a stated rule leaves it out (a blank line).</summary>
/// <param name="Source">Where it came from, with its bytes.</param>
/// <param name="Fields">One value per column of the schema.</param>
/// <param name="Fault">Why it is rejected.</param>
public readonly record struct DecodedRecord(SourceRecord Source, FieldValue[]? Fields, Fault? Fault)
{
    public bool IsFiltered => Fields is null && Fault is null;
}
