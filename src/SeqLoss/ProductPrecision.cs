namespace SeqLoss;

/// <summary>In which precision the operands of matrix products are. Sums are <see cref="float"/> in either case.</summary>
public enum ProductPrecision
{
    /// <summary>Operands are multiplied as they are given, <see cref="float"/> or BF16; nothing is rounded.</summary>
    AsGiven,

    /// <summary>
    /// All operands are rounded to BF16 first, to nearest, ties to even: features, weights, and the gradients that are multiplied with
    /// them. Products of BF16 are exact in <see cref="float"/>; the rounding of each operand is up to 2⁻⁹ of it. Faster where a native
    /// library multiplies BF16.
    /// </summary>
    BFloat16,
}
