namespace SeqLoss.Kernels.Memory;

/// <summary>How numbers are stored.</summary>
internal enum ElementType
{
    /// <summary>IEEE 754 binary32.</summary>
    Float32,

    /// <summary>IEEE 754 binary64.</summary>
    Float64,

    /// <summary>IEEE 754 binary16.</summary>
    Float16,

    /// <summary>The upper half of a binary32, held in a 16-bit word.</summary>
    BFloat16,
}
