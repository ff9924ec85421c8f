using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using AkkaMLScheduler.Host.Configuration;

namespace AkkaMLScheduler.Host.Security;

/// <summary>
/// This node's certificate, and the judgement on every peer's: it must come from the private authority, whichever side called. The
/// system's own authorities count for nothing here. The side that called also compares the name that it called with the certificate's.
/// </summary>
public sealed class PeerTrust
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection _authority;

    private PeerTrust(X509Certificate2 certificate, X509Certificate2Collection authority)
    {
        _certificate = certificate;
        _authority = authority;
    }

    /// <exception cref="SettingsException">A file cannot be read, does not fit the others, or the certificate is not valid now.</exception>
    public static PeerTrust Load(TlsSettings tls)
    {
        var authority = new X509Certificate2Collection();
        X509Certificate2 certificate;
        var reading = ("amls.tls.ca", tls.Authority);
        try
        {
            authority.ImportFromPemFile(tls.Authority);
            if (authority.Count == 0) throw new SettingsException($"amls.tls.ca '{tls.Authority}' holds no certificate in PEM");
            reading = ("amls.tls.certificate", tls.Certificate);
            certificate = Read(tls);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new SettingsException($"{reading.Item1} '{reading.Item2}' cannot be used: {e.Message.ReplaceLineEndings(" ")}; 'amls certs init' makes a set that can");
        }

        if (!certificate.HasPrivateKey)
            throw new SettingsException($"amls.tls.certificate '{tls.Certificate}' comes without its private key; give it as amls.tls.key, or a .pfx that holds both");
        var trust = new PeerTrust(certificate, authority);
        if (trust.Fault(certificate, []) is { } fault)
            throw new SettingsException($"amls.tls.certificate '{tls.Certificate}' would be refused by the other nodes: {fault}");
        return trust;
    }

    /// <summary>What remoting is given: both sides present a certificate, and this judges it.</summary>
    public DotNettySslSetup Setup() => new(_certificate, suppressValidation: false, requireMutualAuthentication: true, validateCertificateHostname: true, Judge);

    private static X509Certificate2 Read(TlsSettings tls)
    {
        if (Path.GetExtension(tls.Certificate) is ".pfx" or ".p12") return X509CertificateLoader.LoadPkcs12FromFile(tls.Certificate, tls.Password);
        using var pem = tls.Password.Length > 0
            ? X509Certificate2.CreateFromEncryptedPemFile(tls.Certificate, tls.Password, tls.Key)
            : X509Certificate2.CreateFromPemFile(tls.Certificate, tls.Key);

        // A key that was read from PEM is not kept anywhere; Windows' TLS takes only one that went through PKCS#12.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private bool Judge(X509Certificate2? certificate, X509Chain? sent, string peer, SslPolicyErrors errors, ILoggingAdapter log)
    {
        var fault = certificate is null ? "it presented no certificate"
            : Fault(certificate, sent?.ChainElements.Select(e => e.Certificate) ?? [])
                ?? (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? "its certificate is for another host; issue one with --host" : null);
        if (fault is null) return true;
        log.Error("Peer [{0}] is refused: {1} [{2}]", peer, fault, certificate?.Subject ?? "");
        return false;
    }

    /// <returns>Why the certificate is not one of the authority's and valid now; null if it is.</returns>
    private string? Fault(X509Certificate2 certificate, IEnumerable<X509Certificate2> intermediates)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authority);
        chain.ChainPolicy.ExtraStore.AddRange(intermediates.ToArray());

        // A private authority publishes no list of what it took back; a lost key means a new authority.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (chain.Build(certificate)) return null;
        var faults = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if (faults.HasFlag(X509ChainStatusFlags.NotTimeValid)) return $"the certificate is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u} only";
        return (faults & (X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.NotSignatureValid)) != 0
            ? $"the certificate was issued by another authority [{certificate.Issuer}]"
            : $"the certificate is not good: {faults}";
    }
}
