using Akka.Util;

namespace AkkaMLScheduler.Host.Pipelines;

/// <summary>One instance of a pipeline.</summary>
/// <param name="Spec">The pipeline.</param>
/// <param name="Revision">Of its text.</param>
/// <param name="Instance">From 0.</param>
/// <param name="Node">Where it runs.</param>
internal sealed record PipelineRun(PipelineSpec Spec, long Revision, int Instance, string Node)
{
    /// <summary>Also the name of its actor.</summary>
    public string Id => FormattableString.Invariant($"{Spec.Name}.{Instance}");

    /// <summary>The slot that it belongs to, the same on every member: instances of one pipeline go to slots beside each other, and so apart.</summary>
    public int SlotOf(int slots) => (int)(((uint)MurmurHash.StringHash(Spec.Name) + (uint)Instance) % (uint)slots);
}
