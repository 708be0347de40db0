using System;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SeqLoss.Kernels.Memory;

/// <summary>Numbers at an address that stays put while a loss runs, read and written a run at a time.</summary>
/// <remarks>
/// Offsets are 64-bit, so that one buffer may hold more elements than a span. The caller pins managed memory; the addresses are
/// handed to worker threads, which a span cannot be. This is the one place besides the lanes where kernels touch raw memory.
/// </remarks>
internal readonly unsafe struct NumberBuffer(void* address, ElementType type)
{
    /// <summary>The bytes of a cache line.</summary>
    public const int CacheLine = 64;

    private readonly void* _address = address;

    public ElementType Type { get; } = type;

    public bool IsNull => _address == null;

    /// <summary>Whether the elements are stored as <typeparamref name="T"/>, so that <see cref="View"/> applies.</summary>
    public bool Holds<T>()
        where T : unmanaged
        => (typeof(T) == typeof(float) && Type == ElementType.Float32) || (typeof(T) == typeof(double) && Type == ElementType.Float64);

    /// <summary>The elements from <paramref name="offset"/> on, in place.</summary>
    public Span<T> View<T>(long offset, int length)
        where T : unmanaged
        => new((T*)_address + offset, length);

    /// <summary>The numbers from <paramref name="offset"/> on; none stay none.</summary>
    public NumberBuffer From(long offset) => IsNull ? default : new((byte*)_address + (offset * Size(Type)), Type);

    /// <summary>The same memory from the next start of a cache line on: up to <see cref="CacheLine"/> bytes are left out.</summary>
    public NumberBuffer FromCacheLine() => new((void*)(((nuint)_address + CacheLine - 1) / CacheLine * CacheLine), Type);

    /// <summary>The same memory taken as numbers of another type.</summary>
    public NumberBuffer As(ElementType type) => new(_address, type);

    /// <summary>The address, for native libraries.</summary>
    public T* Address<T>()
        where T : unmanaged
        => (T*)_address;

    /// <summary>One element.</summary>
    public double Read(long offset) => Type switch
    {
        ElementType.Float32 => ((float*)_address)[offset],
        ElementType.Float64 => ((double*)_address)[offset],
        ElementType.Float16 => (double)((Half*)_address)[offset],
        _ => BFloat16ToSingle(((ushort*)_address)[offset]),
    };

    /// <summary>Reads consecutive elements as <typeparamref name="T"/>.</summary>
    public void Load<T>(long offset, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (Type)
        {
            case ElementType.Float32:
                TensorPrimitives.ConvertTruncating<float, T>(View<float>(offset, destination.Length), destination);
                break;
            case ElementType.Float64:
                TensorPrimitives.ConvertTruncating<double, T>(View<double>(offset, destination.Length), destination);
                break;
            case ElementType.Float16:
                TensorPrimitives.ConvertTruncating<Half, T>(View<Half>(offset, destination.Length), destination);
                break;
            default:
                ReadOnlySpan<ushort> words = View<ushort>(offset, destination.Length);
                int i = typeof(T) == typeof(float) ? WidenRegisters(words, MemoryMarshal.Cast<T, float>(destination)) : 0;
                for (; i < words.Length; i++)
                {
                    destination[i] = T.CreateTruncating(BFloat16ToSingle(words[i]));
                }

                break;
        }
    }

    /// <summary>Reads elements that lie <paramref name="stride"/> apart as <typeparamref name="T"/>.</summary>
    public void Load<T>(long offset, Span<T> destination, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (stride == 1)
        {
            Load(offset, destination);
            return;
        }

        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = T.CreateTruncating(Read(offset + ((long)i * stride)));
        }
    }

    /// <summary>Writes consecutive elements, rounded once to the nearest.</summary>
    public void Store<T>(long offset, ReadOnlySpan<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        switch (Type)
        {
            case ElementType.Float32:
                TensorPrimitives.ConvertTruncating<T, float>(source, View<float>(offset, source.Length));
                break;
            case ElementType.Float64:
                TensorPrimitives.ConvertTruncating<T, double>(source, View<double>(offset, source.Length));
                break;
            case ElementType.Float16:
                TensorPrimitives.ConvertTruncating<T, Half>(source, View<Half>(offset, source.Length));
                break;
            default:
                Span<ushort> words = View<ushort>(offset, source.Length);
                for (int i = 0; i < words.Length; i++)
                {
                    words[i] = SingleToBFloat16(RoundToOdd(double.CreateTruncating(source[i])));
                }

                break;
        }
    }

    /// <summary>Writes elements that lie <paramref name="stride"/> apart, rounded once to the nearest.</summary>
    public void Store<T>(long offset, ReadOnlySpan<T> source, int stride)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (stride == 1)
        {
            Store(offset, source);
            return;
        }

        for (int i = 0; i < source.Length; i++)
        {
            Store(offset + ((long)i * stride), source.Slice(i, 1));
        }
    }

    /// <summary>Sets consecutive elements to +0, which is all zero bits in every type.</summary>
    public void Clear(long offset, long length)
    {
        int size = Size(Type);
        for (long start = 0; start < length; start += int.MaxValue / sizeof(double))
        {
            int count = (int)Math.Min(length - start, int.MaxValue / sizeof(double));
            View<byte>((offset + start) * size, count * size).Clear();
        }
    }

    /// <summary>Sets elements that lie <paramref name="stride"/> apart to +0.</summary>
    public void Clear(long offset, int length, int stride)
    {
        if (stride == 1)
        {
            Clear(offset, length);
            return;
        }

        for (int i = 0; i < length; i++)
        {
            Clear(offset + ((long)i * stride), 1);
        }
    }

    /// <summary>The floats, in whole cache lines, that hold so many bytes.</summary>
    public static long FloatsOfLines(long bytes) => (bytes + CacheLine - 1) / CacheLine * (CacheLine / sizeof(float));

    /// <summary>The floats, in whole cache lines, that hold so many numbers.</summary>
    public static long FloatsOfLines(long count, ElementType type) => FloatsOfLines(count * Size(type));

    /// <summary>The bytes of one element.</summary>
    public static int Size(ElementType type) => type switch
    {
        ElementType.Float64 => sizeof(double),
        ElementType.Float32 => sizeof(float),
        _ => sizeof(ushort),
    };

    /// <summary>Widens BF16 a register at a time and says how many words that were.</summary>
    private static int WidenRegisters(ReadOnlySpan<ushort> words, Span<float> destination)
    {
        int i = 0;
        for (; i <= words.Length - Vector128<ushort>.Count; i += Vector128<ushort>.Count)
        {
            (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(Vector128.Create(words[i..]));
            (lower << 16).AsSingle().CopyTo(destination[i..]);
            (upper << 16).AsSingle().CopyTo(destination[(i + Vector128<uint>.Count)..]);
        }

        return i;
    }

    private static float BFloat16ToSingle(ushort word) => BitConverter.UInt32BitsToSingle((uint)word << 16);

    /// <summary>A float on the way to fewer bits: odd where it is not exact, so that the next rounding is the only one.</summary>
    private static float RoundToOdd(double value)
    {
        float nearest = (float)value;
        if (nearest == value || double.IsNaN(value) || float.IsInfinity(nearest))
        {
            return nearest;
        }

        uint bits = BitConverter.SingleToUInt32Bits(nearest);
        uint towardsZero = Math.Abs((double)nearest) > Math.Abs(value) ? bits - 1 : bits;
        return BitConverter.UInt32BitsToSingle(towardsZero | 1);
    }

    /// <summary>Rounds to nearest, ties to even; NaN stays NaN.</summary>
    private static ushort SingleToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
