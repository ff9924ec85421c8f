namespace AkkaMLScheduler.Catalog;

/// <summary>
/// The catalog could not do what was asked: the database or the folder is out of reach, the request contradicts what is stored,
/// or the stored schema is newer than this binary. The message is one line for a user: what, where, what to do.
/// </summary>
public class CatalogException : Exception
{
    public CatalogException(string message)
        : base(OneLine(message))
    {
    }

    public CatalogException(string message, Exception inner)
        : base(OneLine(message), inner)
    {
    }

    /// <summary>The first line of <paramref name="error"/>: drivers put hints and positions on further lines.</summary>
    internal static string Reason(Exception error) => OneLine(error.GetBaseException().Message);

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();
}
