using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;

namespace SeqLoss.Kernels.Lanes;

/// <summary>One 128-bit register: 4 floats or 2 doubles.</summary>
internal readonly struct Vector128Lanes<T>(Vector128<T> value) : ILanes<Vector128Lanes<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector128<T> _value = value;

    public static int Count => Vector128<T>.Count;

    public static int RegisterCount => AdvSimd.IsSupported ? 32 : 16;

    public static Vector128Lanes<T> Indices => new(Vector128<T>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> Broadcast(T value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> Constant(double value)
        => typeof(T) == typeof(float)
            ? new(Vector128.Create((float)value).As<float, T>())
            : new(Vector128.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> Load(ref T source, nint offset) => new(Vector128.LoadUnsafe(ref source, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128Lanes<T> value, ref T destination, nint offset)
        => value._value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> operator +(Vector128Lanes<T> left, Vector128Lanes<T> right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> operator -(Vector128Lanes<T> left, Vector128Lanes<T> right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> operator *(Vector128Lanes<T> left, Vector128Lanes<T> right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> operator /(Vector128Lanes<T> left, Vector128Lanes<T> right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> MultiplyAdd(Vector128Lanes<T> left, Vector128Lanes<T> right, Vector128Lanes<T> addend)
        => typeof(T) == typeof(float)
            ? new(Vector128.MultiplyAddEstimate(left._value.AsSingle(), right._value.AsSingle(), addend._value.AsSingle()).As<float, T>())
            : new(Vector128.MultiplyAddEstimate(left._value.AsDouble(), right._value.AsDouble(), addend._value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> Max(Vector128Lanes<T> left, Vector128Lanes<T> right)
        => new(Vector128.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> AreEqual(Vector128Lanes<T> left, Vector128Lanes<T> right)
        => new(Vector128.Equals(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> AreGreater(Vector128Lanes<T> left, Vector128Lanes<T> right)
        => new(Vector128.GreaterThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> Select(Vector128Lanes<T> mask, Vector128Lanes<T> whenTrue, Vector128Lanes<T> whenFalse)
        => new(Vector128.ConditionalSelect(mask._value, whenTrue._value, whenFalse._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FirstTrue(Vector128Lanes<T> mask)
    {
        uint bits = mask._value.ExtractMostSignificantBits();
        return bits == 0 ? -1 : BitOperations.TrailingZeroCount(bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> Exp2NonPositive(Vector128Lanes<T> x)
    {
        Vector128<T> scaled;
        if (typeof(T) == typeof(float))
        {
            Vector128<float> exponent = x._value.AsSingle();
            Vector128<float> n = Vector128.Floor(exponent);
            Vector128Lanes<T> power = Exponential.OfFractionInSingle<Vector128Lanes<T>, T>(new((exponent - n).As<float, T>()));

            // n + 1.5·2²³ + 127 holds n + 127 in its low bits: shifted into the exponent it is 2^n.
            Vector128<int> bits = (n + Vector128.Create(12582912f + 127f)).AsInt32();
            scaled = (power._value.AsSingle() * Vector128.ShiftLeft(bits, 23).AsSingle()).As<float, T>();
        }
        else
        {
            Vector128<double> exponent = x._value.AsDouble();
            Vector128<double> n = Vector128.Round(exponent);
            Vector128Lanes<T> power = Exponential.OfFractionInDouble<Vector128Lanes<T>, T>(new((exponent - n).As<double, T>()));
            Vector128<long> bits = (n + Vector128.Create(6755399441055744.0 + 1023)).AsInt64();
            scaled = (power._value.AsDouble() * Vector128.ShiftLeft(bits, 52).AsDouble()).As<double, T>();
        }

        // Below the normal numbers the exponent field has no room; NaN compares false and stays.
        Vector128<T> isTooSmall = Vector128.LessThan(x._value, Constant(Exponential.SmallestNormalArgument<T>())._value);
        return new(Vector128.AndNot(scaled, isTooSmall));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128Lanes<T> Log(Vector128Lanes<T> x)
        => typeof(T) == typeof(float)
            ? new(Vector128.Log(x._value.AsSingle()).As<float, T>())
            : new(Vector128.Log(x._value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector128Lanes<T> x) => Vector128.Sum(x._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxAcross(Vector128Lanes<T> x)
    {
        T greatest = x._value[0];
        for (int i = 1; i < Count; i++)
        {
            greatest = greatest > x._value[i] ? greatest : x._value[i];
        }

        return greatest;
    }
}
