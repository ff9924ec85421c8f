using AkkaMLScheduler.Contracts.Api;

namespace AkkaMLScheduler.Cli.Demo;

/// <summary>Where the demo says how it goes: standard error, so that standard output holds the report alone.</summary>
public interface IDemoDisplay : IAsyncDisposable
{
    /// <summary>One line of the story.</summary>
    void Say(string line);

    /// <summary>The jobs as they stand; called a few times a second.</summary>
    void Show(IReadOnlyList<JobView> jobs);
}
