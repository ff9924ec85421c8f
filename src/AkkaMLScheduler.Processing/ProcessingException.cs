namespace AkkaMLScheduler.Processing;

/// <summary>The pipeline could not run: no such raw dataset, a schema that does not match it, too many records. One line for a user.</summary>
public sealed class ProcessingException : Exception
{
    public ProcessingException(string message)
        : base(message)
    {
    }

    public ProcessingException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
