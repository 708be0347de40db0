using SeqLoss.Kernels.Memory;

namespace SeqLoss.Models.Autograd;

/// <summary>What an operation computed: its memory belongs to the step, and goes back as soon as the way backward has passed it.</summary>
public sealed class Activation : Variable
{
    private StepArena? _arena;
    private NumberBuffer _gradient;
    private bool _isReadByMaker;

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
        _isReadByMaker = true;
        HasGradient = false;
        NeedsGradient = false;
    }

    internal void Require() => NeedsGradient = true;

    /// <summary>Says that the operation that computed the values does not read them on the way back.</summary>
    internal void DeclareNotReadByMaker() => _isReadByMaker = false;

    /// <summary>Gives the memory of the values back, unless the operation that computed them reads them on the way back.</summary>
    /// <remarks>For the only reader, when it has read. Whoever reads them afterwards gets an exception.</remarks>
    internal void ReleaseValues()
    {
        if (!_isReadByMaker)
        {
            GiveValuesBack();
        }
    }

    internal void Release()
    {
        GiveValuesBack();
        if (HasGradient)
        {
            _arena!.Release(_gradient, Length);
            HasGradient = false;
        }
    }

    private void GiveValuesBack()
    {
        if (HasValues)
        {
            _arena!.Release(ValueMemory, Length);
            ValueMemory = default;
        }
    }
}
