using SeqLoss.Kernels.Memory;

namespace SeqLoss.Models.Autograd;

/// <summary>What an operation computed: its memory belongs to the step, and goes back as soon as the way backward has passed it.</summary>
public sealed class Activation : Variable
{
    private StepArena? _arena;
    private NumberBuffer _gradient;

    internal Activation()
    {
    }

    internal override float AddToGradient(out NumberBuffer gradient)
    {
        float beta = HasGradient ? 1 : 0;
        if (!HasGradient)
        {
            _gradient = _arena!.Take(Length);
            HasGradient = true;
        }

        gradient = _gradient;
        return beta;
    }

    internal void Begin(StepArena arena, int rows, int columns)
    {
        _arena = arena;
        (Rows, Columns) = (rows, columns);
        ValueMemory = arena.Take((long)rows * columns);
        _gradient = default;
        HasGradient = false;
        NeedsGradient = false;
    }

    internal void Require() => NeedsGradient = true;

    internal void Release()
    {
        if (ValueMemory.IsNull)
        {
            return;
        }

        _arena!.Release(ValueMemory, Length);
        ValueMemory = default;
        if (HasGradient)
        {
            _arena.Release(_gradient, Length);
            HasGradient = false;
        }
    }
}
