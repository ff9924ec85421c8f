using System.Globalization;
using Serilog;
using Serilog.Events;

namespace AkkaMLScheduler.Host.Configuration;

/// <summary>A node's own log: <c>logs/NODE.log</c> in the data folder, rolled at 10 MiB, the newest five kept.</summary>
public static class LogFile
{
    private const long MaxBytes = 10 << 20;
    private const int MaxFiles = 5;

    public static string PathOf(NodeSettings settings) => Path.Combine(settings.DataDir, "logs", $"{settings.Name}.log");

    public static ILogger Open(NodeSettings settings) => new LoggerConfiguration()
        .MinimumLevel.Information()
        .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
        .WriteTo.File(
            PathOf(settings), fileSizeLimitBytes: MaxBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: MaxFiles,
            formatProvider: CultureInfo.InvariantCulture)
        .CreateLogger();
}
