using Akka.Util;

namespace AkkaMLScheduler.Host.Pipelines;

/// <summary>One instance of a pipeline.</summary>
/// <param name="Pipeline">Its name.</param>
/// <param name="Instance">From 0.</param>
/// <param name="Revision">Of the pipeline's text.</param>
/// <param name="Spec">The text.</param>
/// <param name="Node">Where it runs.</param>
internal sealed record PipelineRun(string Pipeline, int Instance, long Revision, string Spec, string Node)
{
    /// <summary>Also the name of its actor.</summary>
    public string Id => FormattableString.Invariant($"{Pipeline}.{Instance}");

    /// <summary>The slot that it belongs to, the same on every member: instances of one pipeline go to slots beside each other, and so apart.</summary>
    public int SlotOf(int slots) => (int)(((uint)MurmurHash.StringHash(Pipeline) + (uint)Instance) % (uint)slots);
}
