using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Softmax;
using SeqLoss.Kernels.Work;

namespace SeqLoss.Kernels.Matmul;

/// <summary>A thread's own memory for one tile, kept for its next tile.</summary>
internal readonly ref struct TileScratch
{
    private const int CacheLine = 64;
    private const int FloatsPerLine = CacheLine / sizeof(float);

    private TileScratch(Span<float> memory, int columnCount, int packedColumns)
    {
        int width = Padded(columnCount);
        Panel = Take(ref memory, LeftPanel.Length);
        Slivers = Take(ref memory, Padded(packedColumns) * RightMatrix.BlockDepth);
        Bias = Take(ref memory, width);
        Scale = Take(ref memory, FloatsPerLine);
        Edge = Take(ref memory, LeftPanel.MostRows * RightMatrix.SliverWidth);
        Wide = Take(ref memory, Transposition.RowGroup * Math.Max(width, RightMatrix.BlockDepth));
    }

    /// <summary>A's rows.</summary>
    public Span<float> Panel { get; }

    /// <summary>B's columns.</summary>
    public Span<float> Slivers { get; }

    /// <summary>The bias of the tile's columns, filled up with zeros.</summary>
    public Span<float> Bias { get; }

    /// <summary>The factors of the panel's rows.</summary>
    public Span<float> Scale { get; }

    /// <summary>The last sliver's result where the matrix ends inside it.</summary>
    public Span<float> Edge { get; }

    /// <summary>Stored rows widened to float32.</summary>
    public Span<float> Wide { get; }

    /// <summary>The calling thread's memory for a tile.</summary>
    /// <param name="columnCount">The columns of the tile.</param>
    /// <param name="packedColumns">The columns of B that are packed at a time.</param>
    public static TileScratch OfThread(int columnCount, int packedColumns)
    {
        int length = LeftPanel.Length
            + (Padded(packedColumns) * RightMatrix.BlockDepth)
            + (Padded(columnCount) * (1 + Transposition.RowGroup))
            + FloatsPerLine
            + (LeftPanel.MostRows * RightMatrix.SliverWidth)
            + (Transposition.RowGroup * RightMatrix.BlockDepth)
            + FloatsPerLine;
        Span<float> memory = WorkerBuffers<float>.OfThread.Get(ScratchSlot.ProductTile, length);
        return new TileScratch(memory[FloatsToNextLine(memory)..], columnCount, packedColumns);
    }

    private static int Padded(int columns) => (columns + RightMatrix.SliverWidth - 1) / RightMatrix.SliverWidth * RightMatrix.SliverWidth;

    private static Span<float> Take(scoped ref Span<float> memory, int length)
    {
        Span<float> taken = memory[..length];
        memory = memory[length..];
        return taken;
    }

    /// <summary>Registers that lie across two cache lines are read at half speed.</summary>
    /// <remarks>If the collector moves the array meanwhile, speed is all that is lost.</remarks>
    private static unsafe int FloatsToNextLine(Span<float> memory)
    {
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory));
        return (int)((CacheLine - (address % CacheLine)) % CacheLine) / sizeof(float);
    }
}
