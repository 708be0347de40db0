namespace SeqLoss.Kernels.Matmul;

/// <summary>How a panel of A lies in the first-level cache; constants of the type system, so that they are constants of the code.</summary>
internal interface IPanelOrder
{
    /// <summary>Floats from one row of A to the next.</summary>
    static abstract int RowStride { get; }

    /// <summary>Floats from one column of A, a step of the depth, to the next.</summary>
    static abstract int DepthStride { get; }
}

/// <summary>Rows of A after each other, as they are where A is not transposed.</summary>
internal readonly struct PanelOfRows : IPanelOrder
{
    public static int RowStride => LeftPanel.Stride;

    public static int DepthStride => 1;
}

/// <summary>Columns of A after each other, as they are where A is transposed.</summary>
internal readonly struct PanelOfColumns : IPanelOrder
{
    public static int RowStride => 1;

    public static int DepthStride => LeftPanel.MostRows;
}
