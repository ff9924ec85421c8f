using AkkaMLScheduler.Contracts;
using AkkaMLScheduler.Scheduling;

namespace AkkaMLScheduler.Cli.Verbs;

/// <summary>Policies as the command line writes them: <c>order+backfill[+placement[+preemption]]</c>.</summary>
internal static class PolicyNames
{
    public const string Form = "order+backfill[+placement[+preemption]]";

    /// <summary>Reads one policy; what is left out comes from the defaults.</summary>
    /// <exception cref="UserError">It has not two to four parts, or one of them is no registered name.</exception>
    public static SchedulingPolicy Parse(string text)
    {
        var parts = text.Split('+', StringSplitOptions.TrimEntries);
        if (parts.Length is < 2 or > 4) throw new UserError($"'{text}' is not a policy; one is written {Form}, e.g. fifo+easy");
        var policy = SchedulingPolicy.Default with { Order = parts[0], Backfill = parts[1] };
        if (parts.Length > 2) policy = policy with { Placement = parts[2] };
        if (parts.Length > 3) policy = policy with { Preemption = parts[3] };
        try
        {
            PolicyRegistry.Check(policy);
        }
        catch (UnknownPolicyException unknown)
        {
            var near = Suggestion.For(unknown.Name, KnownOf(unknown.Kind));
            throw new UserError($"{unknown.Message.TrimEnd('.')}{near}");
        }

        return policy;
    }

    /// <summary>Reads a list of policies, separated by commas.</summary>
    /// <exception cref="UserError">It is empty, or one of them is wrong.</exception>
    public static IReadOnlyList<(string Text, SchedulingPolicy Policy)> ParseList(string text)
    {
        var list = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (list.Length == 0) throw new UserError($"--policies is empty; give policies as {Form}, separated by commas, e.g. fifo+none,fifo+easy");
        return [.. list.Select(one => (one, Parse(one)))];
    }

    private static IEnumerable<string> KnownOf(string kind) => kind switch
    {
        "order" => PolicyRegistry.Orders,
        "backfill" => PolicyRegistry.Backfills,
        "placement" => PolicyRegistry.Placements,
        _ => PolicyRegistry.Preemptions,
    };
}
