namespace SeqLoss;

/// <summary>The reductions of TensorFlow.js, which are those of TensorFlow 1's <c>tf.losses</c>.</summary>
public enum TensorFlowJsReduction
{
    /// <summary>The weighted losses.</summary>
    None,

    /// <summary>The weighted sum divided by the sum of the weights, broadcast.</summary>
    Mean,

    /// <summary>The weighted sum.</summary>
    Sum,

    /// <summary>The weighted sum divided by the number of weights, broadcast, that are not 0.</summary>
    SumByNonzeroWeights,
}
