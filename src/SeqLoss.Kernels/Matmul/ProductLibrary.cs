namespace SeqLoss.Kernels.Matmul;

/// <summary>What computes the tiles of a product.</summary>
internal enum ProductLibrary
{
    /// <summary>The kernels of this library: always there, and what the others are measured by.</summary>
    Managed,

    /// <summary>oneDNN, where it is found at run time.</summary>
    OneDnn,
}
