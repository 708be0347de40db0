namespace SeqLoss.Kernels.Matmul;

/// <summary>What a micro-kernel works on: a few rows and two registers of columns of the result, over one block of the depth.</summary>
internal ref struct MicroTile
{
    /// <summary>The steps of the depth in which a cache line of two rows is asked for ahead.</summary>
    public const int StepsPerLine = 16;

    /// <summary>The rows of B between the one that is multiplied and the one that is asked for: time for the third-level cache.</summary>
    public const int RowsAhead = 12;

    /// <summary>The floats of a cache line.</summary>
    public const int LineLength = 16;

    /// <summary>A, as <see cref="LeftPanel"/> packs it.</summary>
    public ref float Panel;

    /// <summary>The rows of the panel that are computed.</summary>
    public ref float Left;

    /// <summary>Whether the panel is one of columns.</summary>
    public bool IsLeftTransposed;

    /// <summary>B, two registers of each of its rows, <see cref="RightStride"/> apart.</summary>
    public ref float Right;

    public nint RightStride;

    /// <summary>The terms of the sums: rows of B.</summary>
    public int Depth;

    public ref float Result;

    public nint ResultStride;

    /// <summary>Whether all factors are 1 and all addends 0, so that they are not read.</summary>
    public bool IsPlain;

    /// <summary>A factor for each row.</summary>
    public ref float Scale;

    /// <summary>An addend for each column.</summary>
    public ref float Bias;

    /// <summary>Whether <see cref="Beta"/>·result is added; where it is not, the result is not read.</summary>
    public bool Accumulates;

    public float Beta;

    /// <summary>Memory that is needed later, asked for line after line, <see cref="StepsPerLine"/> steps each.</summary>
    public ref float Ahead;

    /// <summary>Floats from there to a second row, which is asked for too.</summary>
    public nint AheadStride;
}
