namespace AkkaMLScheduler.Ingestion.Files;

/// <summary>Whether the first record of a CSV file names the columns.</summary>
public enum CsvHeader
{
    /// <summary>It does when its fields are distinct, not blank nor longer than a name may be, and none reads as a number or a truth value.</summary>
    Detect,
    Present,
    Absent,
}
