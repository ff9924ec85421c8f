using Parquet;
using Parquet.Schema;

namespace AkkaMLScheduler.Catalog;

/// <summary>How a <see cref="TableSchema"/> looks in a Parquet file.</summary>
internal static class ParquetShape
{
    /// <summary>Name of a list's element, as the Parquet specification asks; other readers find lists by it.</summary>
    public const string ElementName = "element";

    // Of a text column, looked at before a dictionary of all is tried.
    private const int SampleValues = 1000;

    /// <summary>
    /// zstd at level 1, as Arrow writes it: ingestion must keep up with a broker. On generated text level 3 takes half as long again for
    /// files that are a tenth smaller, and the library's own default 45 times as long for a sixth.
    /// </summary>
    /// <remarks>Texts that come as strings get a dictionary where they repeat; integers are written as their differences.</remarks>
    public static ParquetOptions Options(TableSchema schema)
    {
        var options = new ParquetOptions
        {
            CompressionMethod = CompressionMethod.Zstd,
            CompressionLevel = System.IO.Compression.CompressionLevel.Fastest,
            DictionaryEncodingSampleSize = SampleValues,
        };
        foreach (var column in schema.Columns)
        {
            if (column.Type == ColumnType.String)
                options.ColumnEncodingHints[column.Name] = EncodingHint.Dictionary;
            if (column.Type is ColumnType.Int32 or ColumnType.Int64)
                options.ColumnEncodingHints[column.Name] = EncodingHint.DeltaBinaryPacked;
        }

        return options;
    }

    public static ParquetSchema Of(TableSchema schema) => new(schema.Columns.Select(Field));

    /// <summary>
    /// The same, with bytes in the place of text: by such a field the library takes texts that are UTF-8 already. The file's own schema,
    /// which says that they are text, stays that of <see cref="Of"/>.
    /// </summary>
    public static ParquetSchema OfUtf8(TableSchema schema) => new(
        schema.Columns.Select(column => Field(column.Type == ColumnType.String ? column with { Type = ColumnType.Binary } : column)));

    /// <summary>The field that holds the values of a column: the element for a list.</summary>
    public static DataField Leaf(ParquetSchema schema, int column) =>
        schema[column] is ListField list ? (DataField)list.Item : (DataField)schema[column];

    private static Field Field(Column column) => column.Type switch
    {
        ColumnType.Boolean => Scalar<bool>(column),
        ColumnType.Int32 => Scalar<int>(column),
        ColumnType.Int64 => Scalar<long>(column),
        ColumnType.Float64 => Scalar<double>(column),
        ColumnType.String => Scalar<string>(column),
        ColumnType.Binary => Scalar<byte[]>(column),
        ColumnType.Timestamp => new DateTimeDataField(
            column.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros, column.Nullable),
        ColumnType.Int32List => new ListField(column.Name, new DataField(ElementName, typeof(int), isNullable: false)),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Type, "unknown column type"),
    };

    private static DataField Scalar<T>(Column column) => new(column.Name, typeof(T), column.Nullable);
}
