using System;

namespace SeqLoss.Diagnostics.Comparison;

/// <summary>What an input uses, and what a convention must be able to express to apply to it.</summary>
[Flags]
internal enum Feature
{
    None = 0,

    /// <summary>Target distributions instead of ids.</summary>
    Distributions = 1,

    /// <summary>Distributions of which some positions do not count.</summary>
    MaskedDistributions = 2,

    /// <summary>Weights other than 0 and 1.</summary>
    TokenWeights = 4,

    ClassWeights = 8,

    Smoothing = 16,

    ZLoss = 32,

    SoftCap = 64,

    Temperature = 128,

    /// <summary>Rows without sequences.</summary>
    Rows = 256,

    Probabilities = 512,

    LogProbabilities = 1024,
}
