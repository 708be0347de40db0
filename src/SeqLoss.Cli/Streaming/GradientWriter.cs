using System;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SeqLoss.Cli.Npy;

namespace SeqLoss.Cli.Streaming;

/// <summary>Takes a gradient block by block and writes it.</summary>
internal sealed unsafe class GradientWriter : IDisposable
{
    private const int LongestSpan = 1 << 28;

    private readonly NpyWriter<float>? writer;
    private float* buffer;

    /// <summary>Makes room for a block.</summary>
    /// <param name="writer">The file to append to; <see langword="null"/> if no gradient is wanted.</param>
    /// <param name="plan">How the gradient is cut.</param>
    internal GradientWriter(NpyWriter<float>? writer, BlockPlan plan)
    {
        this.writer = writer;
        if (writer is not null)
        {
            buffer = (float*)NativeMemory.AlignedAlloc((nuint)(Math.Max(1, plan.LongestBlock) * sizeof(float)), 64);
        }
    }

    /// <summary>Where the gradient of a block goes; <c>default</c> if none is wanted.</summary>
    internal Gradient DestinationOf(Block block)
        => writer is null ? default : (Gradient)new TensorSpan<float>(buffer, (nint)block.Length, block.Shape);

    /// <summary>Appends the block that has been computed.</summary>
    internal void Append(Block block)
    {
        for (long done = 0; writer is not null && done < block.Length; done += LongestSpan)
        {
            writer.Append(new ReadOnlySpan<float>(buffer + done, (int)Math.Min(LongestSpan, block.Length - done)));
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(buffer);
        buffer = null;
    }
}
