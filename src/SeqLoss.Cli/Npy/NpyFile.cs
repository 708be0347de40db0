using System;
using System.Globalization;
using System.IO;
using System.IO.MemoryMappedFiles;
using System.Numerics;
using SeqLoss.Models.Files;

namespace SeqLoss.Cli.Npy;

/// <summary>An array in a .npy file, mapped into memory: the operating system reads the pages that are looked at.</summary>
/// <remarks>
/// A file of any size costs address space and no memory of its own. The file must not become shorter while it is open:
/// the operating system ends a program that looks at a mapped page without a file behind it.
/// </remarks>
internal sealed unsafe class NpyFile : IDisposable
{
    private readonly NpyHeader header;
    private readonly MemoryMappedViewAccessor? view;
    private readonly byte* data;
    private bool isDisposed;

    private NpyFile(string path, NpyHeader header, MemoryMappedViewAccessor? view)
    {
        Path = path;
        this.header = header;
        this.view = view;
        if (view is not null)
        {
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            data = start + view.PointerOffset + header.DataOffset;
        }
    }

    /// <summary>The path as it was given.</summary>
    internal string Path { get; }

    internal NpyElementType ElementType => header.ElementType;

    /// <summary>The sizes of the axes; empty for a scalar.</summary>
    internal ReadOnlySpan<long> Shape => header.Shape;

    /// <summary>The shape as tensors have it: a span of no axes would have no elements, and so a scalar is [1].</summary>
    internal nint[] Lengths => header.Shape.IsEmpty ? [1] : Array.ConvertAll(header.Shape.ToArray(), size => (nint)size);

    /// <summary>The number of elements: the product of the sizes, 1 for a scalar.</summary>
    internal long Length => header.Length;

    /// <summary>Whether <see cref="Data"/> can be used as it is: it lies in C order and in this machine's byte order.</summary>
    internal bool IsNative => header.IsNative;

    /// <summary>The first element as stored, valid until <see cref="Dispose"/>; null if there are no elements.</summary>
    /// <remarks>
    /// The address is a multiple of 64 for files that numpy wrote and may be any number for others. The processors that
    /// .NET runs on load and store unaligned numbers, at no cost except across cache lines; atomic operations need more.
    /// </remarks>
    internal byte* Data
    {
        get
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            return data;
        }
    }

    /// <summary>Opens a file, checks its header and maps it.</summary>
    /// <exception cref="BadFileException">The file cannot be read, is no .npy file, is damaged, or holds no plain numbers.</exception>
    internal static NpyFile Open(string path)
    {
        try
        {
            FilePath.CheckReadable(path, NpyFileKind.Value);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            NpyHeader header = NpyHeader.Read(stream, path);
            if (header.Length == 0)
            {
                return new NpyFile(path, header, view: null);
            }

            // The view outlives the map and the stream that it is made from.
            using var map = MemoryMappedFile.CreateFromFile(
                stream, mapName: null, capacity: 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return new NpyFile(path, header, map.CreateViewAccessor(0, size: 0, MemoryMappedFileAccess.Read));
        }
        catch (Exception refusal) when (FileFailure.IsRefusal(refusal))
        {
            throw NpyFileKind.Value.OnRead(path, refusal);
        }
    }

    /// <summary>Describes shape and type as messages name them: <c>[32, 128, 8000] float32</c>; a scalar is <c>()</c>.</summary>
    internal string DescribeShape() => header.DescribeShape();

    /// <summary>Copies elements in C order, converted to <typeparamref name="T"/>.</summary>
    /// <typeparam name="T">
    /// A floating-point type takes any numbers, rounded to the nearest; a signed integer type takes integers that it can
    /// hold. A boolean is 0 or 1.
    /// </typeparam>
    /// <param name="firstElement">The position of the first element, counted in C order.</param>
    /// <param name="destination">Where the elements go; as many are copied as it is long.</param>
    /// <exception cref="BadFileException">
    /// Integers are wanted, and the file holds floating-point numbers or one that is too large; part of
    /// <paramref name="destination"/> may have been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The array ends before the destination is full.</exception>
    internal void CopyTo<T>(long firstElement, Span<T> destination)
        where T : unmanaged, INumber<T>
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstElement);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstElement, Length - destination.Length);
        new NpyElements(header, Data, Path).CopyTo(firstElement, destination);
    }

    /// <summary>Reads the whole array into memory, in C order and converted as <see cref="CopyTo"/> does.</summary>
    /// <exception cref="BadFileException">As for <see cref="CopyTo"/>; or the array does not fit into memory.</exception>
    internal T[] ReadAll<T>()
        where T : unmanaged, INumber<T>
    {
        if (Length > Array.MaxLength)
        {
            throw TooLarge(refusal: null);
        }

        try
        {
            T[] elements = GC.AllocateUninitializedArray<T>((int)Length);
            CopyTo(0, elements.AsSpan());
            return elements;
        }
        catch (OutOfMemoryException refusal)
        {
            throw TooLarge(refusal);
        }
    }

    /// <summary>Unmaps the file; <see cref="Data"/> must not be used any more.</summary>
    public void Dispose()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            view?.SafeMemoryMappedViewHandle.ReleasePointer();
            view?.Dispose();
        }
    }

    private BadFileException TooLarge(Exception? refusal) => new(
        string.Create(CultureInfo.InvariantCulture, $"{Path}: {DescribeShape()} does not fit into memory at once; save a smaller array"),
        refusal);
}
