namespace SeqLoss;

/// <summary>The reductions of Keras 3.</summary>
public enum KerasReduction
{
    /// <summary>The weighted sum divided by the number of losses, weights of 0 included; with a mask by the unmasked ones.</summary>
    SumOverBatchSize,

    /// <summary>Another name of <see cref="SumOverBatchSize"/>.</summary>
    Mean,

    /// <summary>The weighted sum divided by the sum of the weights.</summary>
    MeanWithSampleWeight,

    /// <summary>The weighted sum.</summary>
    Sum,

    /// <summary>No reduction: the weighted losses.</summary>
    None,
}
