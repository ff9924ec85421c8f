using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace AkkaMLScheduler.Catalog;

/// <summary>Rows by their content, as often as they stand: 128 bits of a hash each, so that memory does not depend on what they hold.</summary>
internal sealed class RowMultiset
{
    private const byte Missing = 0;
    private const byte Present = 1;

    private readonly Dictionary<UInt128, int> _counts = [];

    /// <summary>How many rows of the one side have an equal one on the other.</summary>
    public static async Task<long> CommonAsync(
        IReadOnlyList<SnapshotFile> left, IReadOnlyList<SnapshotFile> right, TableSchema schema, CancellationToken ct)
    {
        var rows = new RowMultiset();
        await foreach (var hash in HashesAsync(left, schema, ct).ConfigureAwait(false))
            CollectionsMarshal.GetValueRefOrAddDefault(rows._counts, hash, out _)++;
        var common = 0L;
        await foreach (var hash in HashesAsync(right, schema, ct).ConfigureAwait(false))
        {
            if (!rows._counts.TryGetValue(hash, out var count) || count == 0)
                continue;
            rows._counts[hash] = count - 1;
            common++;
        }

        return common;
    }

    private static async IAsyncEnumerable<UInt128> HashesAsync(
        IReadOnlyList<SnapshotFile> files, TableSchema schema, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var row = new ArrayBufferWriter<byte>();
        foreach (var file in files)
        {
            await foreach (var batch in ParquetFileReader.ReadAsync(file, schema, ct).ConfigureAwait(false))
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    row.ResetWrittenCount();
                    foreach (var column in batch.Columns)
                        Write(row, column.Value(i));
                    yield return Hash(row.WrittenSpan);
                }
            }
        }
    }

    private static UInt128 Hash(ReadOnlySpan<byte> row)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>Each value with its length where that varies, so that no two rows are written alike.</summary>
    private static void Write(ArrayBufferWriter<byte> row, object? value)
    {
        row.Write([value is null ? Missing : Present]);
        switch (value)
        {
            case null:
                break;
            case bool boolean:
                row.Write([boolean ? (byte)1 : (byte)0]);
                break;
            case int number:
                WriteInt64(row, number);
                break;
            case long number:
                WriteInt64(row, number);
                break;
            case double number:
                WriteInt64(row, BitConverter.DoubleToInt64Bits(number));
                break;
            case DateTimeOffset moment:
                WriteInt64(row, moment.UtcTicks);
                break;
            case string text:
                WriteBytes(row, Encoding.UTF8.GetBytes(text));
                break;
            case byte[] bytes:
                WriteBytes(row, bytes);
                break;
            case int[] list:
                WriteBytes(row, MemoryMarshal.AsBytes<int>(list));
                break;
            default:
                throw new ArgumentException($"unknown column type {value.GetType()}", nameof(value));
        }
    }

    private static void WriteBytes(ArrayBufferWriter<byte> row, ReadOnlySpan<byte> bytes)
    {
        WriteInt64(row, bytes.Length);
        row.Write(bytes);
    }

    private static void WriteInt64(ArrayBufferWriter<byte> row, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(row.GetSpan(sizeof(long)), value);
        row.Advance(sizeof(long));
    }
}
