using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AkkaMLScheduler.Catalog;

/// <summary>
/// The hash of a version: SHA-256 of the schema as stored, then one line "hash rows" per file in order. Paths and times stay out, so
/// the same data gives the same hash in any catalog.
/// </summary>
internal static class ContentHash
{
    public static string Of(string schemaJson, IEnumerable<LiveFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(schemaJson));
        foreach (var file in files)
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\n{file.Sha256} {file.Rows}")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
