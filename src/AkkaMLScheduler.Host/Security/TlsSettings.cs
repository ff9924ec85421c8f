namespace AkkaMLScheduler.Host.Security;

/// <summary>By which certificate this node is known to the other members, and by which authority it knows them.</summary>
/// <param name="Enabled">Off, remoting stays on loopback.</param>
/// <param name="Certificate">Absolute path: PEM, or PKCS#12 (.pfx, .p12) with the key inside.</param>
/// <param name="Key">Absolute path of the PEM key; empty with PKCS#12.</param>
/// <param name="Password">Of the PKCS#12 file or of an encrypted key; empty for none.</param>
/// <param name="Authority">Absolute path of the authority's certificates, PEM.</param>
public sealed record TlsSettings(bool Enabled, string Certificate, string Key, string Password, string Authority)
{
    public static readonly TlsSettings Off = new(false, "", "", "", "");

    /// <summary>Keeps the password out of logs.</summary>
    public override string ToString() => Enabled ? $"TLS with {Certificate}, authority {Authority}" : "no TLS";
}
