namespace SeqLoss;

/// <summary>What the token losses become, and what they are divided by.</summary>
/// <remarks>
/// W is the token weight (<see cref="TokenWeights"/>), ℓ the token loss, and D the denominator weight: W times the class weight of
/// the target for ids, W for distributions and for regression. A group whose divisor is 0 is empty
/// (<see cref="EmptyPolicy"/>); <see cref="None"/>, <see cref="Sum"/>, <see cref="MeanBatch"/>, <see cref="PerExampleSum"/> and
/// <see cref="MeanElements"/> never are.
/// </remarks>
public enum Reduction
{
    /// <summary>Wℓ, the shape of the targets without the class axis.</summary>
    None,

    /// <summary>ΣWℓ.</summary>
    Sum,

    /// <summary>ΣWℓ / ΣD: the token mean.</summary>
    Mean,

    /// <summary>ΣWℓ / B, empty sequences counted.</summary>
    MeanBatch,

    /// <summary><c>[B]</c>: Σ_t Wℓ / Σ_t D.</summary>
    PerExample,

    /// <summary><c>[B]</c>: Σ_t Wℓ.</summary>
    PerExampleSum,

    /// <summary>(1/B)·Σ_b of <see cref="PerExample"/>: a macro average, not the token mean.</summary>
    MeanPerExample,

    /// <summary><c>[T]</c>: Σ_b Wℓ / Σ_b D.</summary>
    PerTimestep,

    /// <summary>ΣWℓ / count of D ≠ 0.</summary>
    MeanNonzero,

    /// <summary><c>[B]</c>: Σ_t Wℓ / count over t of D ≠ 0.</summary>
    PerExampleNonzero,

    /// <summary><c>[T]</c>: Σ_b Wℓ / count over b of D ≠ 0.</summary>
    PerTimestepNonzero,

    /// <summary>ΣWℓ / count of positions inside length and mask whose id is not ignored.</summary>
    MeanValid,

    /// <summary>ΣWℓ / (B·T), padding included.</summary>
    MeanElements,

    /// <summary>For distributions: ΣWℓ / ΣW·Σ_c classWeight[c]·q[c].</summary>
    MeanClassWeight,
}
