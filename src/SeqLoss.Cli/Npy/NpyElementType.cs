namespace SeqLoss.Cli.Npy;

/// <summary>The types of array elements that the tool reads; the floating-point types come last.</summary>
internal enum NpyElementType
{
    Boolean,
    Int8,
    Int16,
    Int32,
    Int64,
    UInt8,
    UInt16,
    UInt32,
    UInt64,
    Float16,
    Float32,
    Float64,
}
