using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;

namespace SeqLoss.Models.Layers;

/// <summary>Two linear maps with a ReLU and dropout between them.</summary>
public sealed class FeedForward(ParameterSet parameters, string name, int size, int innerSize, float dropoutRate)
{
    private readonly Linear _in = new(parameters, $"{name}.in", size, innerSize);
    private readonly Linear _out = new(parameters, $"{name}.out", innerSize, size);

    /// <summary>Computes <c>[rows, size]</c> from as many.</summary>
    public Variable Apply(Tape tape, Variable x)
        => _out.Apply(tape, _in.Apply(tape, x, Nonlinearity.Relu, dropoutRate));
}
