using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AkkaMLScheduler.Processing;

/// <summary>
/// Remembers the content of every record by the first 16 bytes of its SHA-256: among 2^32 records a false match has a chance below
/// 2^-64. Content is the cleaned text of a text dataset, and all values of a tabular row.
/// </summary>
internal sealed class SeenContent(ProcessingPlan plan)
{
    private const int HashBytes = 16;

    private readonly HashSet<UInt128> _seen = [];

    /// <exception cref="ProcessingException">More distinct records than the settings allow.</exception>
    public bool IsNew(Record record)
    {
        if (_seen.Count >= plan.Settings.MaxDistinctRecords)
        {
            throw new ProcessingException(
                $"{plan.Raw.Version} has more than {plan.Settings.MaxDistinctRecords} distinct records; raise MaxDistinctRecords "
                + "(about 40 bytes of memory each) or split the dataset.");
        }

        var content = plan.IsTabular ? RowText.Canonical(record.Values) : (string)record.Values[plan.TextIndex]!;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(content), hash);
        return _seen.Add(BinaryPrimitives.ReadUInt128BigEndian(hash[..HashBytes]));
    }
}
