using System;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SeqLoss.Cli.Npy;

/// <summary>A whole file as one tensor: the mapped file itself where it can be used as it is, else a converted copy in memory.</summary>
/// <remarks>
/// float32, float64 and float16 in C order and native byte order are looked at in the file, and so are int32 and int64 ids: such a
/// file may be larger than memory. All sizes are 64-bit. Tensors are valid until <see cref="Dispose"/>.
/// </remarks>
internal sealed unsafe class NpyTensor : IDisposable
{
    /// <summary>The longest copy at once: spans count elements in 31 bits.</summary>
    private const int LongestSpan = 1 << 30;

    private readonly NpyFile file;
    private readonly NpyElementType type;
    private readonly nint[] shape;
    private void* copy;

    private NpyTensor(NpyFile file, NpyElementType type)
    {
        this.file = file;
        this.type = type;
        shape = Array.ConvertAll(file.Shape.ToArray(), size => (nint)size);
        if (file.IsNative && type == file.ElementType)
        {
            return;
        }

        copy = NativeMemory.AlignedAlloc((nuint)(Math.Max(1, file.Length) * NpyElementTypes.SizeOf(type)), 64);
        try
        {
            Convert();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Scores or distributions: numbers of any type as the floating-point type that holds them.</summary>
    /// <param name="file">The file, which must stay open and stays the caller's.</param>
    internal static NpyTensor OfNumbers(NpyFile file) => new(file, NpyElementTypes.FloatingPointFor(file.ElementType));

    /// <summary>Target ids: integers of any type, as int32 where they are that, else as int64.</summary>
    /// <param name="file">The file, which must stay open and stays the caller's.</param>
    /// <exception cref="BadFileException">The file holds floating-point numbers, or an integer that int64 cannot hold.</exception>
    internal static NpyTensor OfIds(NpyFile file)
        => new(file, file.ElementType == NpyElementType.Int32 ? NpyElementType.Int32 : NpyElementType.Int64);

    /// <summary>The tensor as scores, in the shape of the file.</summary>
    /// <exception cref="LossInputException">The file has no axis, or more than eight: name a shape.</exception>
    internal Scores Scores => ScoresIn(shape);

    /// <summary>The tensor as targets, in the shape of the file.</summary>
    /// <exception cref="LossInputException">The file has no axis, or more than eight: name a shape.</exception>
    internal Targets Targets => TargetsIn(shape);

    /// <summary>The same elements as scores of another shape.</summary>
    /// <param name="lengths">Sizes with the product of the file's.</param>
    internal Scores ScoresIn(params scoped ReadOnlySpan<nint> lengths) => type switch
    {
        NpyElementType.Float16 => View<Half>(lengths),
        NpyElementType.Float32 => View<float>(lengths),
        NpyElementType.Float64 => View<double>(lengths),
        _ => throw new InvalidOperationException("Ids are no scores."),
    };

    /// <summary>The same elements as targets of another shape.</summary>
    /// <param name="lengths">Sizes with the product of the file's.</param>
    internal Targets TargetsIn(params scoped ReadOnlySpan<nint> lengths) => type switch
    {
        NpyElementType.Int32 => View<int>(lengths),
        NpyElementType.Int64 => View<long>(lengths),
        NpyElementType.Float16 => View<Half>(lengths),
        NpyElementType.Float32 => View<float>(lengths),
        _ => View<double>(lengths),
    };

    public void Dispose()
    {
        NativeMemory.AlignedFree(copy);
        copy = null;
    }

    private void Convert()
    {
        switch (type)
        {
            case NpyElementType.Int32:
                Convert<int>();
                break;
            case NpyElementType.Int64:
                Convert<long>();
                break;
            case NpyElementType.Float16:
                Convert<Half>();
                break;
            case NpyElementType.Float32:
                Convert<float>();
                break;
            default:
                Convert<double>();
                break;
        }
    }

    private void Convert<T>()
        where T : unmanaged, INumber<T>
    {
        for (long done = 0; done < file.Length; done += LongestSpan)
        {
            int length = (int)Math.Min(LongestSpan, file.Length - done);
            file.CopyTo(done, new Span<T>((T*)copy + done, length));
        }
    }

    private ReadOnlyTensorSpan<T> View<T>(scoped ReadOnlySpan<nint> lengths)
        where T : unmanaged
        => new(copy == null ? (T*)file.Data : (T*)copy, (nint)file.Length, lengths);
}
