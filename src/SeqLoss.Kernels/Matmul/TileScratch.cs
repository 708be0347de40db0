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

    private TileScratch(Span<float> memory, int panelCount, int columnCount, int packedColumns)
    {
        int width = Padded(columnCount);
        Panels = Take(ref memory, panelCount * LeftPanel.Length);
        Slivers = Take(ref memory, Padded(packedColumns) * RightMatrix.BlockDepth);
        Bias = Take(ref memory, width);
        Scale = Take(ref memory, FloatsPerLine);
        Edge = Take(ref memory, LeftPanel.MostRows * RightMatrix.SliverWidth);
        Wide = memory;
    }

    /// <summary>A's rows.</summary>
    public Span<float> Panels { get; }

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
    /// <param name="panelCount">The panels of A's rows that are packed at a time.</param>
    /// <param name="rowCount">The rows of the tile.</param>
    /// <param name="columnCount">The columns of the tile.</param>
    /// <param name="packedColumns">The columns of B that are packed at a time.</param>
    public static TileScratch OfThread(int panelCount, int rowCount, int columnCount, int packedColumns)
    {
        int longestRow = Math.Max(Math.Max(rowCount, Padded(columnCount)), RightMatrix.BlockDepth);
        int length = (panelCount * LeftPanel.Length)
            + (Padded(packedColumns) * RightMatrix.BlockDepth)
            + Padded(columnCount)
            + FloatsPerLine
            + (LeftPanel.MostRows * RightMatrix.SliverWidth)
            + (Transposition.RowGroup * longestRow)
            + FloatsPerLine;
        Span<float> memory = WorkerBuffers<float>.OfThread.Get(ScratchSlot.ProductTile, length);
        return new TileScratch(memory[FloatsToNextLine(memory)..], panelCount, columnCount, packedColumns);
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
