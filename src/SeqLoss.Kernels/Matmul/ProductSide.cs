namespace SeqLoss.Kernels.Matmul;

/// <summary>Which operand of a product A·B.</summary>
internal enum ProductSide
{
    /// <summary>A, whose rows are those of the result.</summary>
    Left,

    /// <summary>B, whose columns are those of the result.</summary>
    Right,
}
