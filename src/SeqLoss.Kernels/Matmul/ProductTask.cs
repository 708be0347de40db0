using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Matmul;

/// <summary>One product: C[M, N] = β·C + bias + α·rowScale·(A[M, K]·B[K, N]), in float32.</summary>
/// <remarks>
/// With β = 0 what C held is not read. With α = 0 neither A nor B is. Memory stays in place while the product runs; C overlaps
/// nothing else. BF16 operands are multiplied exactly and summed in float32.
/// </remarks>
internal readonly record struct ProductTask
{
    public ProductTask()
    {
    }

    /// <summary>M.</summary>
    public required int Rows { get; init; }

    /// <summary>N.</summary>
    public required int Columns { get; init; }

    /// <summary>K.</summary>
    public required int Depth { get; init; }

    /// <summary>A.</summary>
    public required Matrix Left { get; init; }

    /// <summary>B.</summary>
    public required RightMatrix Right { get; init; }

    /// <summary>C, float32, its rows <see cref="ResultStride"/> apart.</summary>
    public required NumberBuffer Result { get; init; }

    public required long ResultStride { get; init; }

    /// <summary>α.</summary>
    public float Alpha { get; init; } = 1;

    /// <summary>β.</summary>
    public float Beta { get; init; }

    /// <summary>A factor for each row of A·B, float32 [M]; none for 1.</summary>
    public NumberBuffer RowScale { get; init; }

    /// <summary>An addend for each column of C, float32 [N]; none for 0.</summary>
    public NumberBuffer Bias { get; init; }

    /// <summary>Whether this is a part of larger work that is shared by threads as a whole, so that it is not cut for them.</summary>
    public bool IsPart { get; init; }

    /// <summary>What is read after this product, so that it is asked for meanwhile; nothing by default.</summary>
    public Upcoming Upcoming { get; init; }

    /// <summary>The terms of each sum: none where α is 0, so that what A and B hold does not matter.</summary>
    public int EffectiveDepth => Alpha == 0 ? 0 : Depth;
}
