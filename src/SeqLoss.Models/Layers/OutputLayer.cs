using SeqLoss.Models.Autograd;

namespace SeqLoss.Models.Layers;

/// <summary>The last layer of a model, weight and bias; what it gives is computed by the loss or by decoding.</summary>
/// <param name="weight"><c>[V, D]</c> or <c>[F, D]</c>.</param>
/// <param name="bias"><c>[1, V]</c> or <c>[1, F]</c>.</param>
public sealed class OutputLayer(Parameter weight, Parameter bias)
{
    /// <summary><c>[V, D]</c> or <c>[F, D]</c>.</summary>
    public Parameter Weight { get; } = weight;

    /// <summary><c>[1, V]</c> or <c>[1, F]</c>.</summary>
    public Parameter Bias { get; } = bias;
}
