using SeqLoss.Cli.CommandLine;

namespace SeqLoss.Cli.Loss;

/// <summary>The words of the options of losses.</summary>
internal static class LossChoices
{
    internal static readonly Choices<LossKind> Kinds = new(
        ("cross-entropy", LossKind.CrossEntropy),
        ("mse", LossKind.SquaredError),
        ("mae", LossKind.AbsoluteError),
        ("huber", LossKind.Huber));

    internal static readonly Choices<ScoreForm> ScoreForms = new(
        ("logits", ScoreForm.Logits),
        ("log-probs", ScoreForm.LogProbabilities),
        ("probs", ScoreForm.Probabilities));

    internal static readonly Choices<ScoreLayout> ScoreLayouts = new(
        ("btv", ScoreLayout.Btv),
        ("tbv", ScoreLayout.Tbv),
        ("bvt", ScoreLayout.Bvt),
        ("nv", ScoreLayout.Nv));

    internal static readonly Choices<RegressionLayout> RegressionLayouts = new(
        ("btd", RegressionLayout.Btd),
        ("tbd", RegressionLayout.Tbd),
        ("bdt", RegressionLayout.Bdt),
        ("nd", RegressionLayout.Nd),
        ("bt", RegressionLayout.Bt),
        ("tb", RegressionLayout.Tb),
        ("n", RegressionLayout.N));

    internal static readonly Choices<Reduction> Reductions = new(
        ("none", Reduction.None),
        ("sum", Reduction.Sum),
        ("mean", Reduction.Mean),
        ("mean-batch", Reduction.MeanBatch),
        ("per-example", Reduction.PerExample),
        ("per-example-sum", Reduction.PerExampleSum),
        ("mean-per-example", Reduction.MeanPerExample),
        ("per-timestep", Reduction.PerTimestep),
        ("mean-nonzero", Reduction.MeanNonzero),
        ("per-example-nonzero", Reduction.PerExampleNonzero),
        ("per-timestep-nonzero", Reduction.PerTimestepNonzero),
        ("mean-valid", Reduction.MeanValid),
        ("mean-elements", Reduction.MeanElements),
        ("mean-class-weight", Reduction.MeanClassWeight));

    internal static readonly Choices<EmptyPolicy> EmptyPolicies = new(
        ("zero", EmptyPolicy.Zero),
        ("nan", EmptyPolicy.NaN),
        ("throw", EmptyPolicy.Throw));

    internal static readonly Choices<SmoothingKind> Smoothings = new(
        ("all", SmoothingKind.All),
        ("others", SmoothingKind.Others),
        ("others-but-pad", SmoothingKind.OthersButPad));

    internal static readonly Choices<FeatureReduction> FeatureReductions = new(
        ("mean", FeatureReduction.Mean),
        ("sum", FeatureReduction.Sum));

    /// <summary>Whether a reduction gives an array, for which an upstream gradient has a shape.</summary>
    internal static bool IsArray(Reduction reduction) => reduction
        is Reduction.None
        or Reduction.PerExample or Reduction.PerExampleSum or Reduction.PerExampleNonzero
        or Reduction.PerTimestep or Reduction.PerTimestepNonzero;
}
