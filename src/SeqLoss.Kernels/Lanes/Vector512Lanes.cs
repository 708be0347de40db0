using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace SeqLoss.Kernels.Lanes;

/// <summary>One 512-bit register: 16 floats or 8 doubles.</summary>
internal readonly struct Vector512Lanes<T>(Vector512<T> value) : ILanes<Vector512Lanes<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector512<T> _value = value;

    public static int Count => Vector512<T>.Count;

    public static int RegisterCount => 32;

    public static Vector512Lanes<T> Indices => new(Vector512<T>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> Broadcast(T value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> Constant(double value)
        => typeof(T) == typeof(float)
            ? new(Vector512.Create((float)value).As<float, T>())
            : new(Vector512.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> Load(ref T source, nint offset) => new(Vector512.LoadUnsafe(ref source, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512Lanes<T> value, ref T destination, nint offset)
        => value._value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> operator +(Vector512Lanes<T> left, Vector512Lanes<T> right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> operator -(Vector512Lanes<T> left, Vector512Lanes<T> right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> operator *(Vector512Lanes<T> left, Vector512Lanes<T> right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> operator /(Vector512Lanes<T> left, Vector512Lanes<T> right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> MultiplyAdd(Vector512Lanes<T> left, Vector512Lanes<T> right, Vector512Lanes<T> addend)
        => typeof(T) == typeof(float)
            ? new(Vector512.MultiplyAddEstimate(left._value.AsSingle(), right._value.AsSingle(), addend._value.AsSingle()).As<float, T>())
            : new(Vector512.MultiplyAddEstimate(left._value.AsDouble(), right._value.AsDouble(), addend._value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> Max(Vector512Lanes<T> left, Vector512Lanes<T> right)
        => new(Vector512.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> AreEqual(Vector512Lanes<T> left, Vector512Lanes<T> right)
        => new(Vector512.Equals(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> AreGreater(Vector512Lanes<T> left, Vector512Lanes<T> right)
        => new(Vector512.GreaterThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> Select(Vector512Lanes<T> mask, Vector512Lanes<T> whenTrue, Vector512Lanes<T> whenFalse)
        => new(Vector512.ConditionalSelect(mask._value, whenTrue._value, whenFalse._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FirstTrue(Vector512Lanes<T> mask)
    {
        ulong bits = mask._value.ExtractMostSignificantBits();
        return bits == 0 ? -1 : BitOperations.TrailingZeroCount(bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> Exp2NonPositive(Vector512Lanes<T> x)
    {
        // The scaling multiplies by 2^⌊x⌋, for −∞ by 0, and rounds denormal results as any other.
        if (typeof(T) == typeof(float) && Avx512DQ.IsSupported)
        {
            Vector512<float> exponent = x._value.AsSingle();
            Vector512Lanes<T> fraction = new(Avx512DQ.Reduce(exponent, (byte)RoundingMode.Down).As<float, T>());
            Vector512Lanes<T> power = Exponential.OfFractionInSingle<Vector512Lanes<T>, T>(fraction);
            return new(Avx512F.Scale(power._value.AsSingle(), exponent).As<float, T>());
        }

        if (typeof(T) == typeof(double) && Avx512DQ.IsSupported)
        {
            Vector512<double> exponent = x._value.AsDouble();
            Vector512<double> fraction = Avx512DQ.Reduce(exponent, (byte)RoundingMode.Nearest);
            Vector512Lanes<T> power = Exponential.OfFractionInDouble<Vector512Lanes<T>, T>(new(fraction.As<double, T>()));
            return new(Avx512F.Scale(power._value.AsDouble(), exponent - fraction).As<double, T>());
        }

        // Reached where this width is emulated, which the tests do on purpose.
        return new(Vector512.Create(
            Vector256Lanes<T>.Exp2NonPositive(new(x._value.GetLower())).Value,
            Vector256Lanes<T>.Exp2NonPositive(new(x._value.GetUpper())).Value));
    }

    private enum RoundingMode : byte
    {
        Nearest = 0,
        Down = 1,
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512Lanes<T> Log(Vector512Lanes<T> x)
        => typeof(T) == typeof(float)
            ? new(Vector512.Log(x._value.AsSingle()).As<float, T>())
            : new(Vector512.Log(x._value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector512Lanes<T> x) => Vector512.Sum(x._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxAcross(Vector512Lanes<T> x)
        => Vector256Lanes<T>.MaxAcross(new(Vector256.MaxNative(x._value.GetLower(), x._value.GetUpper())));
}
