using System;
using System.Numerics;
using SeqLoss.Kernels.Drivers;

namespace SeqLoss.Kernels.Softmax;

/// <summary>What is the same for every token of a cross-entropy.</summary>
/// <param name="Kind">What the scores are.</param>
/// <param name="ClassCount">V.</param>
/// <param name="Alpha">α of the target mass a = (α·q + β)·w.</param>
/// <param name="Beta">β of the target mass; 0 without smoothing.</param>
/// <param name="MasslessClass">The class that smoothing gives no mass, or −1.</param>
/// <param name="ClassWeights">w, or <see langword="null"/> for 1.</param>
/// <param name="ZLoss">The factor of lse² in ℓ.</param>
/// <param name="SoftCap">s of s·tanh(x/s), or 0 for none.</param>
/// <param name="InverseTemperature">c = 1/τ.</param>
/// <param name="SubtractsEntropy">Whether ℓ is the divergence from the target mass, Σ a·ln a more than the cross-entropy.</param>
/// <param name="AssumesUnitMass">Whether the gradient of logits takes Σa as 1.</param>
internal readonly record struct CrossEntropyTerms(
    ScoreKind Kind,
    int ClassCount,
    double Alpha,
    double Beta,
    int MasslessClass,
    ClassWeightTable? ClassWeights,
    double ZLoss,
    double SoftCap,
    double InverseTemperature,
    bool SubtractsEntropy = false,
    bool AssumesUnitMass = false)
{
    /// <summary>w of one class.</summary>
    public double ClassWeight(int index) => ClassWeights is null ? 1 : ClassWeights[index];

    /// <summary>Whether every class has target mass, so that the gaps of all classes count.</summary>
    public bool Smooths => Beta != 0;

    /// <summary>Whether a distribution is its own target mass.</summary>
    public bool HasPlainMass => Alpha == 1 && Beta == 0 && ClassWeights is null;

    /// <summary>Σ a·ln a of an id: the same for each, and without class weights.</summary>
    public double NegativeEntropyOfId
    {
        get
        {
            int others = ClassCount - (MasslessClass < 0 ? 1 : 2);
            return TimesLog(Alpha + Beta) + (others * TimesLog(Beta));

            static double TimesLog(double mass) => mass > 0 ? mass * Math.Log(mass) : 0;
        }
    }

    /// <summary>The target masses of a row, α, β and class weights applied.</summary>
    /// <param name="distribution">The row's distribution, or none for an id, whose own mass is then left out.</param>
    public Mass<T> MassOf<T>(ReadOnlySpan<T> distribution)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => new(
            T.CreateTruncating(Alpha),
            T.CreateTruncating(Beta),
            distribution,
            ClassWeights is null ? default : ClassWeights.Of<T>());

    /// <summary>The gap of one class, in double.</summary>
    /// <param name="score">Its score.</param>
    /// <param name="shift">m, for logits.</param>
    public double Gap(double score, double shift) => Kind switch
    {
        ScoreKind.Logits => (shift - score) * InverseTemperature,
        ScoreKind.LogProbabilities => -score,
        _ => -Math.Log(score),
    };
}
