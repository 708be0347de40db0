using System.Numerics;

namespace SeqLoss.Kernels.Lanes;

/// <summary>A fixed number of values that are computed on together: one SIMD register, or a single value.</summary>
/// <remarks>
/// Every kernel is written once over this interface and instantiated for each width; the single-value instance runs the
/// remainders and the machines without SIMD. A mask is a <typeparamref name="TSelf"/> made by a comparison; its only use is
/// <see cref="Select"/> and <see cref="FirstTrue"/>.
/// </remarks>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface ILanes<TSelf, T>
    where TSelf : struct, ILanes<TSelf, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of values.</summary>
    static abstract int Count { get; }

    /// <summary>How many such values the processor's registers hold at once.</summary>
    static abstract int RegisterCount { get; }

    /// <summary>0, 1, 2, … up to <see cref="Count"/> − 1.</summary>
    static abstract TSelf Indices { get; }

    /// <summary>All values equal to <paramref name="value"/>.</summary>
    static abstract TSelf Broadcast(T value);

    /// <summary>All values equal to a constant, rounded to <typeparamref name="T"/>.</summary>
    static abstract TSelf Constant(double value);

    /// <summary>Reads <see cref="Count"/> values from <paramref name="offset"/> elements after <paramref name="source"/>.</summary>
    static abstract TSelf Load(ref T source, nint offset);

    /// <summary>Writes the values to <paramref name="offset"/> elements after <paramref name="destination"/>.</summary>
    static abstract void Store(TSelf value, ref T destination, nint offset);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary><c>left · right + addend</c>, fused where the processor can.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>The greater value of each pair; where one is NaN, either of them (on x86 <paramref name="right"/>).</summary>
    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>The mask of <c>left = right</c>.</summary>
    static abstract TSelf AreEqual(TSelf left, TSelf right);

    /// <summary>The mask of <c>left &gt; right</c>; false where one is NaN.</summary>
    static abstract TSelf AreGreater(TSelf left, TSelf right);

    /// <summary><paramref name="whenTrue"/> where the mask holds, <paramref name="whenFalse"/> elsewhere.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whenTrue, TSelf whenFalse);

    /// <summary>The index of the first value whose mask holds, or −1.</summary>
    static abstract int FirstTrue(TSelf mask);

    /// <summary>2^x for x ≤ 0: relative error below 2e-7 (float) or 4e-16 (double); 0 for −∞, NaN for NaN.</summary>
    /// <remarks>Results below the smallest normal number may be flushed to 0.</remarks>
    static abstract TSelf Exp2NonPositive(TSelf x);

    /// <summary>The natural logarithm.</summary>
    static abstract TSelf Log(TSelf x);

    /// <summary>The sum of the values.</summary>
    static abstract T Sum(TSelf x);

    /// <summary>The greatest value.</summary>
    static abstract T MaxAcross(TSelf x);
}
