using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

using Spectre.Console.Rendering;

namespace AkkaMLScheduler.Cli.Rendering;

public enum OutputFormat
{
    Table,
    Json,
}

public static class OutputFormatExtensions
{
    /// <summary>Writes a value to standard output, as the table that <paramref name="render"/> makes of it or as JSON.</summary>
    public static void Write<T>(this OutputFormat format, T value, JsonTypeInfo<T> json, Func<T, IRenderable> render)
    {
        if (format == OutputFormat.Json) Console.WriteLine(JsonSerializer.Serialize(value, json));
        else Tables.Console.Write(render(value));
    }
}
