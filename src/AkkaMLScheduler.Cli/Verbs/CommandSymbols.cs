using System.CommandLine;

namespace AkkaMLScheduler.Cli.Verbs;

internal static class CommandSymbols
{
    /// <summary>Adds arguments and options, in this order.</summary>
    public static void AddAll(this Command command, IEnumerable<Symbol> symbols)
    {
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Arguments.Add(argument);
            else command.Options.Add((Option)symbol);
        }
    }
}
