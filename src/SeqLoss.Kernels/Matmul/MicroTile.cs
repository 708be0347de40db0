namespace SeqLoss.Kernels.Matmul;

/// <summary>What a micro-kernel works on: a few rows and two registers of columns of the result, over one block of the depth.</summary>
internal ref struct MicroTile
{
    /// <summary>A, row after row, <see cref="LeftPanel.Stride"/> apart.</summary>
    public ref float Left;

    /// <summary>B, two registers of each of its rows, <see cref="RightStride"/> apart.</summary>
    public ref float Right;

    public nint RightStride;

    /// <summary>The terms of the sums: rows of B.</summary>
    public int Depth;

    public ref float Result;

    public nint ResultStride;

    /// <summary>A factor for each row.</summary>
    public ref float Scale;

    /// <summary>An addend for each column.</summary>
    public ref float Bias;

    /// <summary>Whether <see cref="Beta"/>·result is added; where it is not, the result is not read.</summary>
    public bool Accumulates;

    public float Beta;
}
