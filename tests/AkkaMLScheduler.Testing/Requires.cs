namespace AkkaMLScheduler.Testing;

/// <summary>
/// For tests that need something of the machine: on a user's machine without it they are skipped with one clear line; where
/// AMLS_CI=1 says that everything must be there, they fail.
/// </summary>
public static class Requires
{
    /// <summary>Whether skipping is forbidden.</summary>
    public static bool Everything => Environment.GetEnvironmentVariable("AMLS_CI") == "1";

    /// <param name="present">Whether it is there.</param>
    /// <param name="missing">What is missing, as a sentence.</param>
    public static void That(bool present, string missing)
    {
        if (!present && Everything)
            Assert.Fail($"{missing} AMLS_CI=1 forbids to skip.");
        Skip.IfNot(present, missing);
    }
}
