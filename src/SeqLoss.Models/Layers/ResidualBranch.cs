using SeqLoss.Models.Autograd;
using SeqLoss.Models.Operations;

namespace SeqLoss.Models.Layers;

/// <summary>Where a sublayer f joins the stream.</summary>
/// <remarks>With the norm first x + dropout(f(norm(x))), with the norm last norm(x + dropout(f(x))).</remarks>
/// <param name="parameters">Where the norm's parameters are added.</param>
/// <param name="name">The norm's name.</param>
/// <param name="size">The features.</param>
/// <param name="normFirst">Whether the norm is first.</param>
/// <param name="dropoutRate">The part of f that is dropped.</param>
public sealed class ResidualBranch(ParameterSet parameters, string name, int size, bool normFirst, float dropoutRate)
{
    private readonly LayerNorm _norm = new(parameters, name, size);

    /// <summary>What f reads.</summary>
    public Variable Enter(Tape tape, Variable x) => normFirst ? _norm.Apply(tape, x) : x;

    /// <summary>What follows f.</summary>
    /// <param name="tape">The tape.</param>
    /// <param name="x">What was given to <see cref="Enter"/>.</param>
    /// <param name="f">What the sublayer gave, for this call alone: in training its values may be gone afterwards.</param>
    public Variable Leave(Tape tape, Variable x, Variable f)
    {
        Variable y = DropoutOperation.Apply(tape, f, dropoutRate, residual: x);
        if (tape.IsTraining && f is Activation activation && activation != x)
        {
            // Of f the way back needs the gradient only.
            activation.ReleaseValues();
        }

        return normFirst ? y : _norm.Apply(tape, y);
    }
}
