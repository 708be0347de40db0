using System;
using System.Runtime.CompilerServices;

namespace SeqLoss.Cli.Npy;

/// <summary>Reads in C order, last axis fastest, what is stored in Fortran order, first axis fastest.</summary>
internal static unsafe class FortranOrder
{
    /// <summary>Gathers elements that follow each other in C order.</summary>
    /// <remarks>
    /// Only the elements asked for are touched, so an array may be larger than memory. Neighbours along the last axis lie
    /// far apart: every element costs a cache line, which rows gathered soon after find again in the cache.
    /// </remarks>
    /// <param name="data">The first element as stored, of any alignment.</param>
    /// <param name="shape">The sizes of the axes, none of them 0.</param>
    /// <param name="first">The position in C order of the first element to gather.</param>
    /// <param name="destination">Where the elements go.</param>
    internal static void Gather<T>(byte* data, ReadOnlySpan<long> shape, long first, Span<T> destination)
        where T : unmanaged
    {
        Span<long> position = stackalloc long[shape.Length];
        Unravel(first, shape, position);
        int last = shape.Length - 1;
        long lastStride = Product(shape[..last]) * sizeof(T);

        while (!destination.IsEmpty)
        {
            // One run along the last axis, then one step of the axes before it, like an odometer.
            int run = (int)Math.Min(shape[last] - position[last], destination.Length);
            byte* element = data + (Offset(position, shape) * sizeof(T));
            for (int i = 0; i < run; i++)
            {
                destination[i] = Unsafe.ReadUnaligned<T>(element);
                element += lastStride;
            }

            destination = destination[run..];
            position[last] += run;
            Carry(position, shape);
        }
    }

    private static void Unravel(long index, ReadOnlySpan<long> shape, Span<long> position)
    {
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            (index, position[axis]) = Math.DivRem(index, shape[axis]);
        }
    }

    private static void Carry(Span<long> position, ReadOnlySpan<long> shape)
    {
        for (int axis = shape.Length - 1; axis > 0 && position[axis] == shape[axis]; axis--)
        {
            position[axis] = 0;
            position[axis - 1]++;
        }
    }

    private static long Offset(ReadOnlySpan<long> position, ReadOnlySpan<long> shape)
    {
        long offset = 0;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            offset = (offset * shape[axis]) + position[axis];
        }

        return offset;
    }

    private static long Product(ReadOnlySpan<long> sizes)
    {
        long product = 1;
        foreach (long size in sizes)
        {
            product *= size;
        }

        return product;
    }
}
