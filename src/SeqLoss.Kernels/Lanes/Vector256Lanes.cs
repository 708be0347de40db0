using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SeqLoss.Kernels.Lanes;

/// <summary>One 256-bit register: 8 floats or 4 doubles.</summary>
internal readonly struct Vector256Lanes<T>(Vector256<T> value) : ILanes<Vector256Lanes<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Vector256<T> _value = value;

    public Vector256<T> Value => _value;

    public static int Count => Vector256<T>.Count;

    public static int RegisterCount => 16;

    public static Vector256Lanes<T> Indices => new(Vector256<T>.Indices);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> Broadcast(T value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> Constant(double value)
        => typeof(T) == typeof(float)
            ? new(Vector256.Create((float)value).As<float, T>())
            : new(Vector256.Create(value).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> Load(ref T source, nint offset) => new(Vector256.LoadUnsafe(ref source, (nuint)offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256Lanes<T> value, ref T destination, nint offset)
        => value._value.StoreUnsafe(ref destination, (nuint)offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> operator +(Vector256Lanes<T> left, Vector256Lanes<T> right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> operator -(Vector256Lanes<T> left, Vector256Lanes<T> right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> operator *(Vector256Lanes<T> left, Vector256Lanes<T> right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> operator /(Vector256Lanes<T> left, Vector256Lanes<T> right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> MultiplyAdd(Vector256Lanes<T> left, Vector256Lanes<T> right, Vector256Lanes<T> addend)
        => typeof(T) == typeof(float)
            ? new(Vector256.MultiplyAddEstimate(left._value.AsSingle(), right._value.AsSingle(), addend._value.AsSingle()).As<float, T>())
            : new(Vector256.MultiplyAddEstimate(left._value.AsDouble(), right._value.AsDouble(), addend._value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> Max(Vector256Lanes<T> left, Vector256Lanes<T> right)
        => new(Vector256.MaxNative(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> AreEqual(Vector256Lanes<T> left, Vector256Lanes<T> right)
        => new(Vector256.Equals(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> AreGreater(Vector256Lanes<T> left, Vector256Lanes<T> right)
        => new(Vector256.GreaterThan(left._value, right._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> Select(Vector256Lanes<T> mask, Vector256Lanes<T> whenTrue, Vector256Lanes<T> whenFalse)
        => new(Vector256.ConditionalSelect(mask._value, whenTrue._value, whenFalse._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FirstTrue(Vector256Lanes<T> mask)
    {
        uint bits = mask._value.ExtractMostSignificantBits();
        return bits == 0 ? -1 : BitOperations.TrailingZeroCount(bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> Exp2NonPositive(Vector256Lanes<T> x)
    {
        Vector256<T> scaled;
        if (typeof(T) == typeof(float))
        {
            Vector256<float> exponent = x._value.AsSingle();
            Vector256<float> n = Vector256.Floor(exponent);
            Vector256Lanes<T> power = Exponential.OfFractionInSingle<Vector256Lanes<T>, T>(new((exponent - n).As<float, T>()));

            // n + 1.5·2²³ + 127 holds n + 127 in its low bits: shifted into the exponent it is 2^n.
            Vector256<int> bits = (n + Vector256.Create(12582912f + 127f)).AsInt32();
            scaled = (power._value.AsSingle() * Vector256.ShiftLeft(bits, 23).AsSingle()).As<float, T>();
        }
        else
        {
            Vector256<double> exponent = x._value.AsDouble();
            Vector256<double> n = Vector256.Round(exponent);
            Vector256Lanes<T> power = Exponential.OfFractionInDouble<Vector256Lanes<T>, T>(new((exponent - n).As<double, T>()));
            Vector256<long> bits = (n + Vector256.Create(6755399441055744.0 + 1023)).AsInt64();
            scaled = (power._value.AsDouble() * Vector256.ShiftLeft(bits, 52).AsDouble()).As<double, T>();
        }

        // Below the normal numbers the exponent field has no room; NaN compares false and stays.
        Vector256<T> isTooSmall = Vector256.LessThan(x._value, Constant(Exponential.SmallestNormalArgument<T>())._value);
        return new(Vector256.AndNot(scaled, isTooSmall));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256Lanes<T> Log(Vector256Lanes<T> x)
        => typeof(T) == typeof(float)
            ? new(Vector256.Log(x._value.AsSingle()).As<float, T>())
            : new(Vector256.Log(x._value.AsDouble()).As<double, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(Vector256Lanes<T> x) => Vector256.Sum(x._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxAcross(Vector256Lanes<T> x)
        => Vector128Lanes<T>.MaxAcross(new(Vector128.MaxNative(x._value.GetLower(), x._value.GetUpper())));
}
