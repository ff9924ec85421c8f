using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a native library and, where the machine's libstdc++ is older than the one it was linked with, marks that one version
/// requirement as weak in the copy, so that the loader warns about it instead of refusing the library. Safe only because the library
/// uses no symbol of that version: it was stamped by the linker. The source is never written to.
/// </summary>
/// <remarks>
/// ELF64 little-endian: section type SHT_GNU_verneed (0x6ffffffe) is a chain of Verneed records {version:2, auxiliaries:2, file:4,
/// first auxiliary:4, next:4}, each with a chain of Vernaux {hash:4, flags:2, other:2, name:4, next:4}; flag VER_FLG_WEAK is 2.
/// </remarks>
public sealed class WeakenGlibcxx : Task
{
    private const uint VersionNeeds = 0x6ffffffe;
    private const ushort Weak = 2;
    private const int MachineX64 = 62;

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    /// <summary>The version whose absence is forgiven, such as GLIBCXX_3.4.32.</summary>
    [Required]
    public string Version { get; set; }

    public override bool Execute()
    {
        try
        {
            var library = File.ReadAllBytes(Source);
            if (IsElf64(library) && SystemLacksVersion())
            {
                var marked = MarkWeak(library);
                Log.LogMessage(MessageImportance.Normal, "{0}: marked {1} requirement(s) of {2} as weak", Destination, marked, Version);
            }

            WriteBeside(library);
            return true;
        }
        catch (Exception error) when (error is IOException || error is UnauthorizedAccessException || error is InvalidDataException)
        {
            Log.LogError("{0}: cannot prepare it for this machine's libstdc++: {1}", Source, error.Message);
            return false;
        }
    }

    /// <summary>A rename replaces the name and leaves alone whatever file a link under that name points to.</summary>
    private void WriteBeside(byte[] library)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(Destination)));
        var temporary = Destination + ".tmp";
        File.Delete(temporary);
        File.WriteAllBytes(temporary, library);
        File.Delete(Destination);
        File.Move(temporary, Destination);
    }

    private bool SystemLacksVersion()
    {
        var folders = new[] { "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib" };
        foreach (var folder in folders)
        {
            var path = Path.Combine(folder, "libstdc++.so.6");
            if (!File.Exists(path))
                continue;
            return Encoding.ASCII.GetString(File.ReadAllBytes(path)).IndexOf(Version + "\0", StringComparison.Ordinal) < 0;
        }

        Log.LogMessage(MessageImportance.Normal, "no libstdc++.so.6 found in {0}", string.Join(", ", folders));
        return false;
    }

    private int MarkWeak(byte[] library)
    {
        var sections = checked((int)BitConverter.ToUInt64(library, 40));
        var sectionSize = BitConverter.ToUInt16(library, 58);
        var sectionCount = BitConverter.ToUInt16(library, 60);
        var marked = 0;
        for (var index = 0; index < sectionCount; index++)
        {
            var section = sections + index * sectionSize;
            if (BitConverter.ToUInt32(library, section + 4) != VersionNeeds)
                continue;
            var names = sections + checked((int)BitConverter.ToUInt32(library, section + 40)) * sectionSize;
            var namesOffset = checked((int)BitConverter.ToUInt64(library, names + 24));
            var need = checked((int)BitConverter.ToUInt64(library, section + 24));
            var needs = BitConverter.ToUInt32(library, section + 44);
            for (var i = 0; i < needs; i++)
            {
                marked += MarkWeak(library, need, namesOffset);
                need += checked((int)BitConverter.ToUInt32(library, need + 12));
            }
        }

        return marked;
    }

    private int MarkWeak(byte[] library, int need, int namesOffset)
    {
        var marked = 0;
        var auxiliaries = BitConverter.ToUInt16(library, need + 2);
        var auxiliary = need + checked((int)BitConverter.ToUInt32(library, need + 8));
        for (var i = 0; i < auxiliaries; i++)
        {
            var name = namesOffset + checked((int)BitConverter.ToUInt32(library, auxiliary + 8));
            if (IsText(library, name, Version))
            {
                library[auxiliary + 4] |= (byte)Weak;
                marked++;
            }

            auxiliary += checked((int)BitConverter.ToUInt32(library, auxiliary + 12));
        }

        return marked;
    }

    private static bool IsText(byte[] library, int offset, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (library[offset + i] != text[i])
                return false;
        }

        return library[offset + text.Length] == 0;
    }

    private static bool IsElf64(byte[] library)
        => library.Length > 64 && library[0] == 0x7f && library[1] == 'E' && library[2] == 'L' && library[3] == 'F'
            && library[4] == 2 && library[5] == 1 && BitConverter.ToUInt16(library, 18) == MachineX64;
}
