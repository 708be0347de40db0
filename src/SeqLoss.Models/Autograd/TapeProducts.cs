using SeqLoss.Kernels.Matmul;
using SeqLoss.Kernels.Memory;
using SeqLoss.Kernels.Projection;

namespace SeqLoss.Models.Autograd;

/// <summary>The products of a tape, their operands as they are or rounded to BF16 first.</summary>
/// <remarks>Sums are float32. Rounded operands lie in the tape's memory while their product runs.</remarks>
/// <param name="arena">The tape's memory.</param>
/// <param name="library">What multiplies.</param>
/// <param name="threads">The most threads to use.</param>
internal sealed class TapeProducts(StepArena arena, ProductLibrary library, int threads)
{
    private readonly MatrixProduct _product = new(library);
    private readonly MatrixPacking _packing = new();
    private readonly BFloat16Rounding _rounding = new();

    public ProductPrecision Precision { get; set; }

    private bool Rounds => Precision == ProductPrecision.BFloat16;

    private bool ReadsPacked => _product.ReadsPacked(Rounds ? ElementType.BFloat16 : ElementType.Float32);

    /// <summary>Computes one product.</summary>
    public void Run(in ProductTask task)
    {
        if (!Rounds || task.Rows == 0 || task.Columns == 0 || task.EffectiveDepth == 0)
        {
            _product.Run(task, threads);
            return;
        }

        if (_product.Panels is { } panels && PanelProduct.Computes(task))
        {
            long length = panels.StorageLength(task.Rows, task.Right.HasPanels ? 0 : task.Columns, task.Depth);
            NumberBuffer storage = arena.Take(length);
            panels.Run(task, storage, threads);
            arena.Release(storage, length);
            return;
        }

        // An operand that serves several products was rounded when it was made ready for them.
        (bool roundsLeft, bool roundsRight) = (task.Left.Elements.Holds<float>(), task.Right.Source.Elements.Holds<float>());
        long leftLength = roundsLeft ? LengthOfRounded(task.Rows, task.Depth) : 0;
        long rightLength = roundsRight ? LengthOfRounded(task.Depth, task.Columns) : 0;
        NumberBuffer memory = arena.Take(leftLength + rightLength);
        Matrix left = roundsLeft ? RoundTo(memory, task.Left, task.Rows, task.Depth) : task.Left;
        RightMatrix right = roundsRight
            ? RoundTo(memory.From(leftLength), task.Right.Source, task.Depth, task.Columns)
            : task.Right;
        _product.Run(task with { Left = left, Right = right }, threads);
        arena.Release(memory, leftLength + rightLength);
    }

    /// <summary>The floats of storage that <see cref="Pack"/> needs for B[rows, columns].</summary>
    public long PackedLength(int rowCount, int columnCount)
        => Rounds && _product.Panels is { } panels ? panels.PackedLength(rowCount, columnCount) : RoundedLength(rowCount, columnCount)
            + (ReadsPacked ? RightMatrix.PackedLength(rowCount, columnCount) : 0);

    /// <summary>Makes the right operand of several products ready for them: rounds it, and packs it where that helps.</summary>
    public RightMatrix Pack(Matrix source, int rowCount, int columnCount, NumberBuffer storage)
    {
        if (Rounds && _product.Panels is { } panels)
        {
            return panels.Pack(source, rowCount, columnCount, storage, threads);
        }

        Matrix operand = source;
        if (Rounds)
        {
            operand = RoundTo(storage, source, rowCount, columnCount);
            storage = storage.From(LengthOfRounded(rowCount, columnCount));
        }

        return ReadsPacked ? _packing.Pack(operand, rowCount, columnCount, storage, threads) : operand;
    }

    /// <summary>The floats of storage that <see cref="Round"/> needs for an operand [rows, columns].</summary>
    public long RoundedLength(int rowCount, int columnCount) => Rounds ? LengthOfRounded(rowCount, columnCount) : 0;

    /// <summary>Rounds an operand of several products, as it is or transposed, where they would round it each.</summary>
    public Matrix Round(Matrix source, int rowCount, int columnCount, NumberBuffer storage)
        => Rounds ? RoundTo(storage, source, rowCount, columnCount) : source;

    /// <summary>Rounds an operand [rows, columns], in the order in which it is stored.</summary>
    private Matrix RoundTo(NumberBuffer memory, Matrix source, int rowCount, int columnCount)
    {
        (int stored, int length) = source.IsTransposed ? (columnCount, rowCount) : (rowCount, columnCount);
        NumberBuffer rounded = memory.As(ElementType.BFloat16);
        _rounding.Run(source.Elements, source.LeadingDimension, stored, length, rounded, threads);
        return new Matrix(rounded, length, source.IsTransposed);
    }

    private static long LengthOfRounded(int rowCount, int columnCount)
        => NumberBuffer.FloatsOfLines((long)rowCount * columnCount, ElementType.BFloat16);
}
