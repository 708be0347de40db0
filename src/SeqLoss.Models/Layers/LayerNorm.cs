using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;

namespace SeqLoss.Models.Layers;

/// <summary>Normalises each row to mean 0 and variance 1, then scales and shifts it.</summary>
/// <seealso href="https://arxiv.org/abs/1607.06450">Ba, Kiros and Hinton, 2016.</seealso>
public sealed class LayerNorm
{
    private readonly string _name;
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    /// <summary>Adds <c>name.weight</c>, ones, and <c>name.bias</c>, zeros.</summary>
    public LayerNorm(ParameterSet parameters, string name, int size)
    {
        _name = name;
        _weight = parameters.AddConstant($"{name}.weight", 1, size, 1);
        _bias = parameters.AddConstant($"{name}.bias", 1, size);
    }

    /// <summary>Computes <c>[rows, size]</c> from as many.</summary>
    public Variable Apply(Tape tape, Variable x)
    {
        tape.Layer = _name;
        return LayerNormOperation.Apply(tape, x, _weight, _bias);
    }
}
