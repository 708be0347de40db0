namespace SeqLoss.Models.Files;

/// <summary>How the elements of a tensor in a safetensors file are stored, all of them little-endian.</summary>
/// <remarks>
/// The names are those of the format. float32, int64 and uint8 are written; float16 and BF16 are read besides; the others are
/// only listed.
/// </remarks>
public enum SafeTensorType
{
    /// <summary>IEEE 754 binary32.</summary>
    F32,

    /// <summary>Signed, 64 bits.</summary>
    I64,

    /// <summary>Unsigned, 8 bits.</summary>
    U8,

    /// <summary>IEEE 754 binary16.</summary>
    F16,

    /// <summary>The upper half of a binary32.</summary>
    BF16,

    /// <summary>IEEE 754 binary64.</summary>
    F64,

    /// <summary>Unsigned, 64 bits.</summary>
    U64,

    /// <summary>Signed, 32 bits.</summary>
    I32,

    /// <summary>Unsigned, 32 bits.</summary>
    U32,

    /// <summary>Signed, 16 bits.</summary>
    I16,

    /// <summary>Unsigned, 16 bits.</summary>
    U16,

    /// <summary>Signed, 8 bits.</summary>
    I8,

    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>8 bits, 4 of them exponent.</summary>
    F8E4M3,

    /// <summary>8 bits, 5 of them exponent.</summary>
    F8E5M2,
}
