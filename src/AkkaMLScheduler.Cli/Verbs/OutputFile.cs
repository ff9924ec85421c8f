namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Files that the user asked to have written. They are opened before the work, so that a wrong path does not cost a long run.</summary>
internal static class OutputFile
{
    /// <param name="option">Named in the complaint.</param>
    /// <param name="path">Null: none was asked for.</param>
    /// <exception cref="UserError">It cannot be written.</exception>
    public static StreamWriter? Open(string option, string? path)
    {
        if (path is null) return null;
        try
        {
            return new StreamWriter(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UserError($"cannot write {option} '{path}': {e.Message}");
        }
    }
}
