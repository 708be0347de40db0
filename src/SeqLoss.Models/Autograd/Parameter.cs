using SeqLoss.Kernels.Memory;

namespace SeqLoss.Models.Autograd;

/// <summary>A matrix that training changes: a weight <c>[out, in]</c>, a table, or a vector as one row.</summary>
public sealed class Parameter : Variable
{
    private readonly Workspace _values = new();
    private readonly Workspace _gradients = new();
    private readonly NumberBuffer _gradient;

    internal Parameter(string name, int rows, int columns)
    {
        Name = name;
        (Rows, Columns) = (rows, columns);
        int length = checked(rows * columns);
        ValueMemory = _values.Get(ElementType.Float32, length);
        _gradient = _gradients.Get(ElementType.Float32, length);
        NeedsGradient = true;
        HasGradient = true;
        Values.Clear();
        ClearGradient();
    }

    /// <summary>Its name in files and messages, such as <c>decoder.layers.0.self_attention.in.weight</c>.</summary>
    public string Name { get; }

    /// <summary>Whether it is one axis: a bias or a gain, and not a matrix that has one row by chance.</summary>
    internal bool IsVector { get; init; }

    /// <summary>Its shape in files: <c>[n]</c> of a vector, <c>[out, in]</c> of a matrix.</summary>
    internal long[] Shape => IsVector ? [Columns] : [Rows, Columns];

    /// <summary>Sets <see cref="Variable.Gradient"/> to 0; what follows adds to it.</summary>
    public void ClearGradient() => _gradient.View<float>(0, Length).Clear();

    /// <inheritdoc/>
    public override string ToString() => $"{Name} [{Rows}, {Columns}]";

    internal override float AddToGradient(out NumberBuffer gradient)
    {
        gradient = _gradient;
        return 1;
    }
}
