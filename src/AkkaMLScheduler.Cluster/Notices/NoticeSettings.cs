namespace AkkaMLScheduler.Cluster.Notices;

/// <summary>Whom jobs may have told of their end: the section <c>amls.notify</c> of <c>hocon/amls.conf</c>, where each is explained.</summary>
/// <param name="Allow">Addresses that what a job names must begin as: a cluster that posts wherever its users say is a way into its network.</param>
public sealed record NoticeSettings(IReadOnlyList<Uri> Allow)
{
    public static readonly NoticeSettings None = new([]);

    /// <summary>Same scheme, host and port, and a path that begins with the allowed one.</summary>
    public bool Allows(Uri address) => Allow.Any(allowed =>
        address.UserInfo.Length == 0
        && address.GetLeftPart(UriPartial.Authority) == allowed.GetLeftPart(UriPartial.Authority)
        && address.AbsolutePath.StartsWith(allowed.AbsolutePath, StringComparison.Ordinal));
}
