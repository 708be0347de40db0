using SeqLoss.Kernels.Memory;

namespace SeqLoss.Models.Autograd;

/// <summary>A matrix that stays and is not learned: a table of positions, or what decoding remembers.</summary>
public sealed class Constant : Variable
{
    private readonly Workspace _memory = new();

    /// <summary>Makes a matrix of zeros.</summary>
    public Constant(int rows, int columns)
    {
        (Rows, Columns) = (rows, columns);
        ValueMemory = _memory.Get(ElementType.Float32, checked(rows * columns));
        Values.Clear();
    }

    /// <summary>Makes room for another number of rows; the values are unspecified afterwards.</summary>
    internal void Resize(int rows)
    {
        Rows = rows;
        ValueMemory = _memory.Get(ElementType.Float32, checked(rows * Columns));
    }

    internal override float AddToGradient(out NumberBuffer gradient)
        => throw new System.InvalidOperationException("A constant has no gradient.");
}
