using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace AkkaMLScheduler.Workloads.Gangs;

/// <summary>Why a greeting is turned away; the value is the answer's first byte.</summary>
internal enum GangRefusal : byte
{
    None = 0,
    OtherJob = 1,
    OtherAttempt = 2,
    OtherPlace = 3,
    OtherStep = 4,
    OtherRun = 5,
}

/// <summary>
/// The first message on a gang's connection, of fixed length. Everything in it must be what the other side expects, so that ranks of an
/// earlier attempt, of another job, or at another step never mix their gradients into this one's.
/// </summary>
/// <param name="Job">SHA-256 of the job's id.</param>
/// <param name="Run">SHA-256 of what the task runs.</param>
/// <param name="Step">Steps done before the first exchange.</param>
internal sealed record GangHello(string Job, int Attempt, int From, int To, int WorldSize, long Step, string Run)
{
    public const int Bytes = 8 + 32 + 4 + 4 + 4 + 4 + 8 + 32;
    public const int AnswerBytes = 1 + 4;

    // "AMLSGNG1"
    private const ulong Magic = 0x414d4c53474e4731;

    public static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public byte[] Encode()
    {
        var message = new byte[Bytes];
        BinaryPrimitives.WriteUInt64BigEndian(message, Magic);
        Convert.FromHexString(Job).CopyTo(message, 8);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(40), Attempt);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(44), From);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(48), To);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(52), WorldSize);
        BinaryPrimitives.WriteInt64BigEndian(message.AsSpan(56), Step);
        Convert.FromHexString(Run).CopyTo(message, 64);
        return message;
    }

    /// <summary>Null when the bytes are no greeting at all.</summary>
    public static GangHello? Decode(ReadOnlySpan<byte> message)
    {
        if (message.Length != Bytes || BinaryPrimitives.ReadUInt64BigEndian(message) != Magic)
            return null;
        return new GangHello(
            Convert.ToHexStringLower(message[8..40]),
            BinaryPrimitives.ReadInt32BigEndian(message[40..]),
            BinaryPrimitives.ReadInt32BigEndian(message[44..]),
            BinaryPrimitives.ReadInt32BigEndian(message[48..]),
            BinaryPrimitives.ReadInt32BigEndian(message[52..]),
            BinaryPrimitives.ReadInt64BigEndian(message[56..]),
            Convert.ToHexStringLower(message[64..96]));
    }

    /// <summary>Compares what came with what was expected.</summary>
    public GangRefusal Judge(GangHello expected)
    {
        if (Job != expected.Job)
            return GangRefusal.OtherJob;
        if (Attempt != expected.Attempt)
            return GangRefusal.OtherAttempt;
        if (From != expected.From || To != expected.To || WorldSize != expected.WorldSize)
            return GangRefusal.OtherPlace;
        if (Step != expected.Step)
            return GangRefusal.OtherStep;
        return Run != expected.Run ? GangRefusal.OtherRun : GangRefusal.None;
    }

    public static byte[] Answer(GangRefusal refusal, int attempt)
    {
        var answer = new byte[AnswerBytes];
        answer[0] = (byte)refusal;
        BinaryPrimitives.WriteInt32BigEndian(answer.AsSpan(1), attempt);
        return answer;
    }
}
