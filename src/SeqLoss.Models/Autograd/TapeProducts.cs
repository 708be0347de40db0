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
    private const int CacheLine = 16;

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

        // A right operand that serves several products was rounded when it was made ready for them.
        bool roundsRight = task.Right.Source.Elements.Holds<float>();
        long leftLength = RoundedLength(task.Rows, task.Depth);
        long rightLength = roundsRight ? RoundedLength(task.Depth, task.Columns) : 0;
        NumberBuffer memory = arena.Take(leftLength + rightLength);
        Matrix left = Round(task.Left, task.Rows, task.Depth, memory);
        RightMatrix right = roundsRight
            ? Round(task.Right.Source, task.Depth, task.Columns, memory.From(leftLength))
            : task.Right;
        _product.Run(task with { Left = left, Right = right }, threads);
        arena.Release(memory, leftLength + rightLength);
    }

    /// <summary>The floats of storage that <see cref="Pack"/> needs for B[rows, columns].</summary>
    public long PackedLength(int rowCount, int columnCount)
        => (Rounds ? RoundedLength(rowCount, columnCount) : 0)
            + (ReadsPacked ? RightMatrix.PackedLength(rowCount, columnCount) : 0);

    /// <summary>Makes the right operand of several products ready for them: rounds it, and packs it where that helps.</summary>
    public RightMatrix Pack(Matrix source, int rowCount, int columnCount, NumberBuffer storage)
    {
        Matrix operand = source;
        if (Rounds)
        {
            operand = Round(source, rowCount, columnCount, storage);
            storage = storage.From(RoundedLength(rowCount, columnCount));
        }

        return ReadsPacked ? _packing.Pack(operand, rowCount, columnCount, storage, threads) : operand;
    }

    /// <summary>Rounds an operand [rows, columns], in the order in which it is stored.</summary>
    private Matrix Round(Matrix source, int rowCount, int columnCount, NumberBuffer memory)
    {
        (int stored, int length) = source.IsTransposed ? (columnCount, rowCount) : (rowCount, columnCount);
        NumberBuffer rounded = memory.As(ElementType.BFloat16);
        _rounding.Run(source.Elements, source.LeadingDimension, stored, length, rounded, threads);
        return new Matrix(rounded, length, source.IsTransposed);
    }

    /// <summary>The floats that hold as many BF16, in whole cache lines.</summary>
    private static long RoundedLength(int rowCount, int columnCount)
        => ((((long)rowCount * columnCount) + (2 * CacheLine) - 1) / (2 * CacheLine)) * CacheLine;
}
