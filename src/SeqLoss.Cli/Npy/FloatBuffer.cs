using System;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SeqLoss.Cli.Npy;

/// <summary>A float32 array in memory, of more elements than a .NET array holds if need be.</summary>
internal sealed unsafe class FloatBuffer : IDisposable
{
    /// <summary>Spans count elements in 31 bits.</summary>
    private const int LongestSpan = 1 << 30;

    private readonly nint[] lengths;
    private readonly nint length = 1;
    private float* data;

    /// <summary>Reserves memory for a shape of one axis or more; its content is undefined.</summary>
    internal FloatBuffer(ReadOnlySpan<long> shape)
    {
        lengths = Array.ConvertAll(shape.ToArray(), size => (nint)size);
        foreach (nint size in lengths)
        {
            length *= size;
        }

        data = (float*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, length) * sizeof(float), 64);
    }

    /// <summary>The array, valid until <see cref="Dispose"/>.</summary>
    internal TensorSpan<float> Span => new(data, length, lengths);

    /// <summary>Appends all elements to a file, in C order.</summary>
    /// <param name="writer">The file.</param>
    /// <param name="longestSpan">The longest piece at once.</param>
    internal void AppendTo(NpyWriter<float> writer, int longestSpan = LongestSpan)
    {
        for (nint done = 0; done < length; done += longestSpan)
        {
            writer.Append(new ReadOnlySpan<float>(data + done, (int)Math.Min(longestSpan, length - done)));
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(data);
        data = null;
    }
}
