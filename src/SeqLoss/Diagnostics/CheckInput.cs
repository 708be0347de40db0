using System;
using System.Threading;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Surveys;
using SeqLoss.Planning;

namespace SeqLoss.Diagnostics;

/// <summary>What was given to a check, pinned.</summary>
/// <param name="Form">What the scores are said to be.</param>
/// <param name="Shape">The shape of the scores.</param>
/// <param name="Scores">The scores.</param>
/// <param name="Distribution">The target distributions, or none for ids.</param>
/// <param name="Options">The options; their class weights are those that can be used.</param>
/// <param name="Given">The parts of the weighting.</param>
/// <param name="Cancellation">Stops the check.</param>
internal sealed record CheckInput(
    ScoreForm Form,
    TensorShape Shape,
    NumberBuffer Scores,
    NumberBuffer Distribution,
    CrossEntropyOptions Options,
    RawWeights Given,
    CancellationToken Cancellation)
{
    /// <summary>The form as the kernels call it.</summary>
    public ScoreKind Kind => Form.Kind();

    public int Threads => Options.Threads ?? Environment.ProcessorCount;

    /// <summary>Surveys the scores or the distribution.</summary>
    public RowSurvey Survey(NumberBuffer numbers, ScoreShape shape, double[] weight)
        => RowSurvey.Of(numbers, shape, weight, Threads, Cancellation);
}
