using System;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using SeqLoss.Cli.Npy;

namespace SeqLoss.Cli.Streaming;

/// <summary>
/// Hands out blocks of a file as the losses take them: the mapped file itself where it can be used as it is, else a copy.
/// </summary>
internal sealed unsafe class BlockReader : IDisposable
{
    /// <summary>The longest copy at once: spans count elements in 31 bits.</summary>
    private const int LongestSpan = 1 << 30;

    private readonly NpyFile file;
    private readonly NpyElementType type;
    private readonly bool isMapped;
    private void* buffer;

    /// <summary>Makes room for the blocks of a file.</summary>
    /// <param name="file">The file, which must stay open.</param>
    /// <param name="plan">How it is cut.</param>
    internal BlockReader(NpyFile file, BlockPlan plan)
    {
        this.file = file;
        type = NpyElementTypes.FloatingPointFor(file.ElementType);
        isMapped = file.IsNative && type == file.ElementType;
        if (!isMapped)
        {
            buffer = NativeMemory.AlignedAlloc((nuint)(Math.Max(1, plan.LongestBlock) * NpyElementTypes.SizeOf(type)), 64);
        }
    }

    /// <summary>The bytes that a block takes in the file.</summary>
    internal long BytesOf(Block block) => block.Length * NpyElementTypes.SizeOf(file.ElementType);

    /// <summary>A block of scores, predictions or values; valid until the next one.</summary>
    internal Scores ReadScores(Block block) => type switch
    {
        NpyElementType.Float16 => Read<Half>(block),
        NpyElementType.Float32 => Read<float>(block),
        _ => Read<double>(block),
    };

    /// <summary>A block of distributions; valid until the next one.</summary>
    internal Targets ReadDistributions(Block block) => type switch
    {
        NpyElementType.Float16 => Read<Half>(block),
        NpyElementType.Float32 => Read<float>(block),
        _ => Read<double>(block),
    };

    public void Dispose()
    {
        NativeMemory.AlignedFree(buffer);
        buffer = null;
    }

    private ReadOnlyTensorSpan<T> Read<T>(Block block)
        where T : unmanaged, INumber<T>
    {
        if (isMapped)
        {
            return new ReadOnlyTensorSpan<T>((T*)file.Data + block.First, (nint)block.Length, block.Shape);
        }

        for (long done = 0; done < block.Length; done += LongestSpan)
        {
            int length = (int)Math.Min(LongestSpan, block.Length - done);
            file.CopyTo(block.First + done, new Span<T>((T*)buffer + done, length));
        }

        return new ReadOnlyTensorSpan<T>((T*)buffer, (nint)block.Length, block.Shape);
    }
}
