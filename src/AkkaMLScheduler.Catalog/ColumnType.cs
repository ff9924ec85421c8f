namespace AkkaMLScheduler.Catalog;

/// <summary>The types a column of a dataset can have.</summary>
public enum ColumnType { Boolean, Int32, Int64, Float64, String, Timestamp, Binary, Int32List }
