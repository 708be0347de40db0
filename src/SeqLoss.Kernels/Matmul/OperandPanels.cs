using System;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Matmul;

/// <summary>An operand in panels, of rows of A or columns of B, each packed by <see cref="OneDnnPanels"/>.</summary>
/// <remarks>The operand alone decides the cut: results have the same bits for any number of threads.</remarks>
internal readonly record struct OperandPanels
{
    // A panel of each operand and the result of both stay in the second-level cache at the usual depths.
    private const int MostPerPanel = 256;
    private const int Group = 32;

    // A short operand is cut for a few threads: they pack A together, and panels of B are the tiles of a product of few rows.
    private const int LeastOfLeft = 32, FewestOfLeft = 2;
    private const int LeastOfRight = 128, FewestOfRight = 4;

    private readonly long _floatsPerPanel;

    /// <param name="library">What packs.</param>
    /// <param name="side">Which operand.</param>
    /// <param name="count">The rows of A or the columns of B.</param>
    /// <param name="depth">The terms of each sum.</param>
    public OperandPanels(OneDnnPanels library, ProductSide side, int count, int depth)
    {
        (Side, Count, Depth) = (side, count, depth);
        int fewest = side == ProductSide.Left
            ? Math.Min(FewestOfLeft, count / LeastOfLeft)
            : Math.Min(FewestOfRight, count / LeastOfRight);
        int panels = Math.Max(1, Math.Max(Parts(count, MostPerPanel), fewest));
        PerPanel = Parts(Parts(count, panels), Group) * Group;
        PanelCount = Parts(count, PerPanel);

        // Nothing says that fewer rows or columns, as in the last panel, take less room.
        nuint bytes = Math.Max(library.PackedBytes(side, CountOf(0), depth), library.PackedBytes(side, CountOf(PanelCount - 1), depth));
        _floatsPerPanel = NumberBuffer.FloatsOfLines((long)bytes);
    }

    public ProductSide Side { get; }

    /// <summary>The rows of A or the columns of B.</summary>
    public int Count { get; }

    /// <summary>The terms of each sum.</summary>
    public int Depth { get; }

    /// <summary>The rows or columns of a panel; the last may have fewer.</summary>
    public int PerPanel { get; }

    public int PanelCount { get; }

    /// <summary>The floats that all panels take.</summary>
    public long Length => PanelCount * _floatsPerPanel;

    /// <summary>Where they lie: <see cref="Length"/> floats from the start of a cache line on.</summary>
    public NumberBuffer Memory { get; init; }

    /// <summary>A packed panel.</summary>
    public NumberBuffer this[int panel] => Memory.From(panel * _floatsPerPanel);

    /// <summary>The rows or columns of one panel.</summary>
    public int CountOf(int panel) => Math.Min(PerPanel, Count - (panel * PerPanel));

    private static int Parts(int length, int part) => (int)(((long)length + part - 1) / part);
}
