using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SeqLoss.Kernels.Lanes;

/// <summary>A single value: runs the remainders of every width, and everything where there is no SIMD.</summary>
internal readonly struct ScalarLanes<T>(T value) : ILanes<ScalarLanes<T>, T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T _value = value;

    public static int Count => 1;

    public static int RegisterCount => 16;

    public static ScalarLanes<T> Indices => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> Broadcast(T value) => new(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> Constant(double value)
        => typeof(T) == typeof(float) ? new((T)(object)(float)value) : new((T)(object)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> Load(ref T source, nint offset)
        => new(Unsafe.ReadUnaligned<T>(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref source, offset))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(ScalarLanes<T> value, ref T destination, nint offset)
        => Unsafe.WriteUnaligned(ref Unsafe.As<T, byte>(ref Unsafe.Add(ref destination, offset)), value._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> operator +(ScalarLanes<T> left, ScalarLanes<T> right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> operator -(ScalarLanes<T> left, ScalarLanes<T> right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> operator *(ScalarLanes<T> left, ScalarLanes<T> right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> operator /(ScalarLanes<T> left, ScalarLanes<T> right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> MultiplyAdd(ScalarLanes<T> left, ScalarLanes<T> right, ScalarLanes<T> addend)
        => new(T.MultiplyAddEstimate(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> Max(ScalarLanes<T> left, ScalarLanes<T> right)
        => left._value > right._value ? left : right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> AreEqual(ScalarLanes<T> left, ScalarLanes<T> right)
        => new(left._value == right._value ? T.One : T.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> AreGreater(ScalarLanes<T> left, ScalarLanes<T> right)
        => new(left._value > right._value ? T.One : T.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> Select(ScalarLanes<T> mask, ScalarLanes<T> whenTrue, ScalarLanes<T> whenFalse)
        => mask._value == T.Zero ? whenFalse : whenTrue;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FirstTrue(ScalarLanes<T> mask) => mask._value == T.Zero ? -1 : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> Exp2NonPositive(ScalarLanes<T> x)
    {
        if (x._value < Constant(Exponential.SmallestNormalArgument<T>())._value)
        {
            return default;
        }

        if (typeof(T) == typeof(float))
        {
            T floor = T.Floor(x._value);
            T power = Exponential.OfFractionInSingle<ScalarLanes<T>, T>(new(x._value - floor))._value;
            return new(power * T.CreateTruncating(BitConverter.Int32BitsToSingle((int.CreateTruncating(floor) + 127) << 23)));
        }

        T nearest = T.Round(x._value);
        T doublePower = Exponential.OfFractionInDouble<ScalarLanes<T>, T>(new(x._value - nearest))._value;
        return new(doublePower * T.CreateTruncating(BitConverter.Int64BitsToDouble((long.CreateTruncating(nearest) + 1023) << 52)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ScalarLanes<T> Log(ScalarLanes<T> x) => new(T.Log(x._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Sum(ScalarLanes<T> x) => x._value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T MaxAcross(ScalarLanes<T> x) => x._value;
}
