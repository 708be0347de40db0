namespace SeqLoss.Kernels.Matmul;

/// <summary>The rows of a micro-kernel, a constant of the type system: each count is compiled on its own.</summary>
internal interface IRowCount
{
    static abstract int Value { get; }
}

internal readonly struct TwelveRows : IRowCount
{
    public static int Value => 12;
}

internal readonly struct EightRows : IRowCount
{
    public static int Value => 8;
}

internal readonly struct SixRows : IRowCount
{
    public static int Value => 6;
}

internal readonly struct FourRows : IRowCount
{
    public static int Value => 4;
}

internal readonly struct TwoRows : IRowCount
{
    public static int Value => 2;
}

internal readonly struct OneRow : IRowCount
{
    public static int Value => 1;
}
