using System;
using System.Runtime.CompilerServices;

namespace SeqLoss.Planning;

/// <summary>Reads a number of any primitive type.</summary>
internal static class NumberConversion
{
    /// <summary>The value as a double; <see cref="bool"/> is 0 or 1.</summary>
    /// <exception cref="LossInputException">The type is not numeric.</exception>
    public static double ToDouble<T>(T value)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
        {
            return Unsafe.BitCast<T, float>(value);
        }

        if (typeof(T) == typeof(double))
        {
            return Unsafe.BitCast<T, double>(value);
        }

        return value switch
        {
            bool b => b ? 1 : 0,
            byte b => b,
            sbyte b => b,
            short s => s,
            ushort s => s,
            int i => i,
            uint i => i,
            long l => l,
            ulong l => l,
            Half h => (double)h,
            _ => throw new LossInputException($"{typeof(T).Name} is not a numeric type: use float, double, Half, an integer type or bool."),
        };
    }
}
