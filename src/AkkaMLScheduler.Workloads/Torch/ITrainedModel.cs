using static TorchSharp.torch;

namespace AkkaMLScheduler.Workloads.Torch;

/// <summary>What is trained, with the data that it learns from.</summary>
internal interface ITrainedModel
{
    WeightLayout Layout { get; }

    /// <summary>What must be the same in a run that resumes from this one's checkpoints.</summary>
    IReadOnlyDictionary<string, string> Identity { get; }

    /// <summary>What one row of a batch is made of, for the speed that is reported: <c>tokens</c> or <c>rows</c>.</summary>
    string Unit { get; }

    /// <summary>Units in one row of a batch; each has a part in the loss.</summary>
    int UnitsPerRow { get; }

    /// <summary>Whether it is told how many units were predicted right.</summary>
    bool CountsHits { get; }

    /// <summary>
    /// Some rows of a step's global batch. Which they are is a function of (seed, step, row) alone, whichever rank asks, so that the data's
    /// position is the step.
    /// </summary>
    ModelLoss Loss(WeightViews weights, long step, int firstRow, int rows);
}

/// <param name="Sum">Over all units; not yet divided by their number.</param>
/// <param name="Hits">Units predicted right, where they are counted.</param>
internal readonly record struct ModelLoss(Tensor Sum, float Hits);
