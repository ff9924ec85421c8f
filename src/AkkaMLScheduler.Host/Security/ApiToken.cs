using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AkkaMLScheduler.Contracts.Api;
using AkkaMLScheduler.Host.Configuration;

namespace AkkaMLScheduler.Host.Security;

/// <summary>
/// The secret that the HTTP API asks for. Drawn once for a data folder and kept there, so that every node on that folder and whoever
/// may read it know the same one.
/// </summary>
public sealed class ApiToken
{
    private const int RandomBytes = 32;

    /// <summary>Whoever chooses a token is held to one that cannot be guessed by trying.</summary>
    private const int MinLength = 16;

    private const int MaxLength = 4096;

    private readonly byte[] _digest;

    private ApiToken(string token) => _digest = Digest(token);

    /// <summary>Reads the token's file; draws the data folder's own when nobody has yet.</summary>
    /// <exception cref="SettingsException">The file cannot be read or written, or holds no token.</exception>
    public static ApiToken Open(NodeSettings settings)
    {
        var configured = settings.Access.TokenFile.Length > 0;
        var path = configured ? settings.Access.TokenFile : Path.Combine(settings.DataDir, ApiTokenFile.Name);
        try
        {
            if (!File.Exists(path))
            {
                if (configured)
                {
                    throw new SettingsException(
                        $"amls.http.token-file '{path}' does not exist; write a token into it, or leave the setting empty to have one drawn");
                }

                Draw(path);
            }

            return new ApiToken(Read(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"the API token '{path}' cannot be used: {e.Message}");
        }
    }

    /// <summary>Takes the same time whatever is offered and however much of it is right.</summary>
    public bool Admits(string offered) => CryptographicOperations.FixedTimeEquals(Digest(offered), _digest);

    /// <summary>The token in a file, without the line's end.</summary>
    /// <exception cref="SettingsException">It is too short or long, or has other characters than a header may carry.</exception>
    public static string Read(string path)
    {
        if (new FileInfo(path).Length > MaxLength) throw new SettingsException($"'{path}' is no API token: it is longer than {MaxLength} bytes");
        var token = File.ReadAllText(path).Trim();
        if (token.Length < MinLength) throw new SettingsException($"the API token in '{path}' has {token.Length} characters; it must have at least {MinLength}");
        if (token.Any(c => c is <= ' ' or > '~')) throw new SettingsException($"the API token in '{path}' has a blank or a character that is not ASCII");
        return token;
    }

    /// <summary>Whole or not at all, and by one of those who start at the same moment: the others find it there.</summary>
    private static void Draw(string path)
    {
        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        var drawn = $"{path}.{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        PrivateFile.Write(drawn, token + "\n");
        try
        {
            File.Move(drawn, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(drawn);
        }
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
