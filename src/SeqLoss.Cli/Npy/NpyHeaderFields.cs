namespace SeqLoss.Cli.Npy;

/// <summary>The three entries of a header's dictionary, as they stand there.</summary>
/// <param name="ElementType">The type in <c>descr</c>.</param>
/// <param name="IsBigEndian">Whether <c>descr</c> begins with <c>&gt;</c>.</param>
/// <param name="IsFortranOrder">The value of <c>fortran_order</c>.</param>
/// <param name="Shape">The value of <c>shape</c>; no size is negative, their product is not checked.</param>
internal readonly record struct NpyHeaderFields(NpyElementType ElementType, bool IsBigEndian, bool IsFortranOrder, long[] Shape);
