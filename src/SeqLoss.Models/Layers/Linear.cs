using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;

namespace SeqLoss.Models.Layers;

/// <summary>A linear map with a bias: x·Wᵀ + b.</summary>
public sealed class Linear
{
    private readonly string _name;
    private readonly Parameter _weight;
    private readonly Parameter? _bias;

    /// <summary>Adds <c>name.weight</c> <c>[out, in]</c> and <c>name.bias</c>.</summary>
    /// <param name="parameters">Where parameters are added.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="inputSize">in.</param>
    /// <param name="outputSize">out.</param>
    /// <param name="hasBias">Whether there is a bias.</param>
    /// <param name="matrices">How many maps are stored below each other; each is initialised as one of its own.</param>
    public Linear(ParameterSet parameters, string name, int inputSize, int outputSize, bool hasBias = true, int matrices = 1)
    {
        _name = name;
        _weight = parameters.AddXavierUniform($"{name}.weight", outputSize, inputSize, matrices);
        _bias = hasBias ? parameters.AddConstant($"{name}.bias", 1, outputSize) : null;
    }

    /// <summary>Computes <c>[rows, out]</c> from <c>[rows, in]</c>.</summary>
    public Variable Apply(Tape tape, Variable x, Nonlinearity f = Nonlinearity.None, float dropoutRate = 0)
    {
        tape.Layer = _name;
        return LinearOperation.Apply(tape, x, _weight, _bias, f, dropoutRate);
    }
}
