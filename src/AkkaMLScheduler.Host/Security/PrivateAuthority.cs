using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AkkaMLScheduler.Host.Configuration;

namespace AkkaMLScheduler.Host.Security;

/// <summary>
/// A certificate authority in a folder, for the members of one cluster and nobody else: <c>ca.crt</c> and <c>ca.key</c>, and for each node
/// <c>NAME.crt</c> and <c>NAME.key</c>. ECDSA on P-256, PEM, keys readable by their owner only. Nothing is overwritten.
/// </summary>
public sealed class PrivateAuthority : IDisposable
{
    public const string CertificateFile = "ca.crt";
    public const string KeyFile = "ca.key";

    private const int SerialBytes = 16;
    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);
    private static readonly TimeSpan NodeLife = TimeSpan.FromDays(825);

    /// <summary>Clocks of machines differ.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromHours(1);

    private readonly string _folder;
    private readonly X509Certificate2 _certificate;

    private PrivateAuthority(string folder, X509Certificate2 certificate)
    {
        _folder = folder;
        _certificate = certificate;
    }

    /// <summary>Makes the authority.</summary>
    /// <exception cref="SettingsException">The folder has one, or cannot be written.</exception>
    public static PrivateAuthority Create(string folder, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=AkkaMLScheduler cluster authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var certificate = request.CreateSelfSigned(now - ClockSlack, now + AuthorityLife);
        Keep(folder, CertificateFile, certificate, KeyFile, key);
        return new PrivateAuthority(folder, certificate);
    }

    /// <exception cref="SettingsException">The folder has no authority that can be read.</exception>
    public static PrivateAuthority Open(string folder)
    {
        try
        {
            return new PrivateAuthority(folder, X509Certificate2.CreateFromPemFile(Path.Combine(folder, CertificateFile), Path.Combine(folder, KeyFile)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new SettingsException($"there is no authority that can be used in '{folder}': {e.Message}; 'amls certs init --dir {folder}' makes one");
        }
    }

    /// <summary>Makes a node's certificate, good for calling and for being called.</summary>
    /// <param name="hosts">Names and addresses by which other members reach the node; a name may begin with <c>*.</c></param>
    /// <exception cref="SettingsException">A host is neither name nor address, or the node has a certificate already.</exception>
    public void Issue(string node, IReadOnlyList<string> hosts, DateTimeOffset now)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else if (Uri.CheckHostName(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host) == UriHostNameType.Dns) names.AddDnsName(host);
            else throw new SettingsException($"--host '{host}' is neither a host's name nor an IP address");
        }

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={node}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([Oid("1.3.6.1.5.5.7.3.1"), Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var until = now + NodeLife < _certificate.NotAfter ? now + NodeLife : _certificate.NotAfter;
        using var certificate = request.Create(_certificate, now - ClockSlack, until, RandomNumberGenerator.GetBytes(SerialBytes));
        Keep(_folder, $"{node}.crt", certificate, $"{node}.key", key);
    }

    public void Dispose() => _certificate.Dispose();

    /// <summary>Server and client authentication: members call each other.</summary>
    private static Oid Oid(string value) => new(value);

    private static void Keep(string folder, string certificateFile, X509Certificate2 certificate, string keyFile, ECDsa key)
    {
        var (certificatePath, keyPath) = (Path.Combine(folder, certificateFile), Path.Combine(folder, keyFile));
        try
        {
            Directory.CreateDirectory(folder);
            if (File.Exists(certificatePath) || File.Exists(keyPath))
                throw new SettingsException($"'{folder}' has {certificateFile} or {keyFile} already; it is not overwritten: choose another folder or name, or remove both");
            PrivateFile.Write(keyPath, key.ExportPkcs8PrivateKeyPem() + "\n");
            PrivateFile.Write(certificatePath, certificate.ExportCertificatePem() + "\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"the certificates cannot be written to '{folder}': {e.Message}");
        }
    }
}
