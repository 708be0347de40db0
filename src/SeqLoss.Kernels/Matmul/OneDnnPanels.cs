using System;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Matmul;

/// <summary>oneDNN's products of BF16 operands that it has packed before, on the calling thread.</summary>
/// <remarks>
/// <para>
/// Source: <c>gemm_bf16bf16f32_pack_get_size</c>, <c>gemm_bf16bf16f32_pack</c> and <c>gemm_bf16bf16f32_compute</c> of oneDNN's
/// gemm_pack.hpp, C++ functions that the library exports beside its C interface and that are found by their mangled names. They think in
/// columns: their A is our B, their rows our columns.
/// </para>
/// <para>What is packed depends on its operand alone, so that a packed operand multiplies others of any size.</para>
/// </remarks>
internal sealed unsafe class OneDnnPanels
{
    private const int Success = 0;
    private const int Refused = -1;
    private const byte Packed = (byte)'P';

    // What the library is told of the operand that it does not pack: for a single row or column it would just copy.
    private const long Other = 256;

    private readonly OpenMpThreads _threads;
    private readonly delegate* unmanaged[Cdecl]<
        byte*, byte*, byte*, long*, long*, long*, long*, long*, nuint*, byte*, int> _size;

    private readonly delegate* unmanaged[Cdecl]<
        byte*, byte*, byte*, long*, long*, long*, long*, long*, ushort*, ushort*, int> _pack;

    private readonly delegate* unmanaged[Cdecl]<
        byte*, byte*, long*, long*, long*, ushort*, long*, ushort*, long*, float*, float*, long*, int> _multiply;

    private OneDnnPanels(nint size, nint pack, nint multiply, OpenMpThreads threads)
    {
        _threads = threads;
        _size = (delegate* unmanaged[Cdecl]<
            byte*, byte*, byte*, long*, long*, long*, long*, long*, nuint*, byte*, int>)size;
        _pack = (delegate* unmanaged[Cdecl]<
            byte*, byte*, byte*, long*, long*, long*, long*, long*, ushort*, ushort*, int>)pack;
        _multiply = (delegate* unmanaged[Cdecl]<
            byte*, byte*, long*, long*, long*, ushort*, long*, ushort*, long*, float*, float*, long*, int>)multiply;
    }

    /// <summary>The library's functions, or null where it lacks them or they do not work on this processor.</summary>
    public static OneDnnPanels? Of(nint library, OpenMpThreads threads)
    {
        const string Prefix = "_ZN4dnnl4impl3cpu";
        if (!NativeLibrary.TryGetExport(library, Prefix + "30gemm_bf16bf16f32_pack_get_sizeEPKcS3_S3_PKlS5_S5_S5_S5_PmPb", out nint size)
            || !NativeLibrary.TryGetExport(
                library, Prefix + "21gemm_bf16bf16f32_packEPKcS3_S3_PKlS5_S5_S5_S5_PKNS0_10bfloat16_tEPS6_", out nint pack)
            || !NativeLibrary.TryGetExport(
                library, Prefix + "24gemm_bf16bf16f32_computeEPKcS3_PKlS5_S5_PKNS0_10bfloat16_tES5_S8_S5_PKfPfS5_", out nint multiply))
        {
            return null;
        }

        OneDnnPanels panels = new(size, pack, multiply, threads);
        return panels.Works() ? panels : null;
    }

    /// <summary>The bytes of a packed operand.</summary>
    /// <param name="side">Which operand.</param>
    /// <param name="count">The rows of A or the columns of B.</param>
    /// <param name="depth">The terms of each sum.</param>
    public nuint PackedBytes(ProductSide side, int count, int depth)
    {
        byte identifier = Identifier(side), asStored = (byte)'N';
        (long m, long n) = side == ProductSide.Left ? (Other, (long)count) : (count, Other);
        long k = depth, ofRight = m, ofLeft = k;
        nuint bytes = 0;
        byte packs = 0;
        int threads = _threads.LimitToOne();
        int status = _size(&identifier, &asStored, &asStored, &m, &n, &k, &ofRight, &ofLeft, &bytes, &packs);
        _threads.Restore(threads);
        ThrowIfFailed(packs != 0 && bytes != 0 ? status : Refused, "pack", count, depth);
        return bytes;
    }

    /// <summary>Packs an operand.</summary>
    /// <param name="side">Which operand.</param>
    /// <param name="source">The operand, BF16.</param>
    /// <param name="count">The rows of A or the columns of B.</param>
    /// <param name="depth">The terms of each sum.</param>
    /// <param name="packed">Room for <see cref="PackedBytes"/>.</param>
    public void Pack(ProductSide side, in Matrix source, int count, int depth, NumberBuffer packed)
    {
        byte identifier = Identifier(side), letter = source.IsTransposed ? (byte)'T' : (byte)'N', asStored = (byte)'N';
        (long m, long n) = side == ProductSide.Left ? (Other, (long)count) : (count, Other);
        long k = depth, stride = source.LeadingDimension, ofOther = side == ProductSide.Left ? m : k;
        (byte ofRight, byte ofLeft) = side == ProductSide.Left ? (asStored, letter) : (letter, asStored);
        (long strideOfRight, long strideOfLeft) = side == ProductSide.Left ? (ofOther, stride) : (stride, ofOther);
        int threads = _threads.LimitToOne();
        int status = _pack(
            &identifier, &ofRight, &ofLeft, &m, &n, &k, &strideOfRight, &strideOfLeft, source.Elements.Address<ushort>(),
            packed.Address<ushort>());
        _threads.Restore(threads);
        ThrowIfFailed(status, "pack", count, depth);
    }

    /// <summary>C[rows, columns] = A·B + β·C of packed operands.</summary>
    public void Multiply(
        int rows, int columns, int depth, NumberBuffer left, NumberBuffer right, float beta, NumberBuffer result, long resultStride)
    {
        byte packed = Packed;
        long m = columns, n = rows, k = depth, unused = Math.Max(Math.Max(m, n), k);
        int threads = _threads.LimitToOne();
        int status = _multiply(
            &packed, &packed, &m, &n, &k, right.Address<ushort>(), &unused, left.Address<ushort>(), &unused, &beta,
            result.Address<float>(), &resultStride);
        _threads.Restore(threads);
        ThrowIfFailed(status, "multiply", rows, columns);
    }

    private static byte Identifier(ProductSide side) => side == ProductSide.Left ? (byte)'B' : (byte)'A';

    private static void ThrowIfFailed(int status, string verb, int rows, int columns)
    {
        if (status != Success)
        {
            throw new InvalidOperationException(
                $"oneDNN refused to {verb} [{rows}, {columns}] with its status {status}; set {ProductLibraryChoice.Variable} to managed.");
        }
    }

    /// <summary>One product of known sums: exports of these names but of another meaning are not used.</summary>
    private bool Works()
    {
        // Whole numbers, which BF16 and float32 hold exactly; A as its rows, B as its transpose, C wider than its rows.
        const int Rows = 3, Columns = 5, Depth = 71, Stride = 7;
        Workspace ofLeft = new(), ofRight = new(), packedLeft = new(), packedRight = new();
        NumberBuffer left = ofLeft.Get(ElementType.BFloat16, Rows * Depth), right = ofRight.Get(ElementType.BFloat16, Columns * Depth);
        for (int place = 0; place < Columns * Depth; place++)
        {
            right.Store(place, [(place % 5) - 1f]);
            if (place < Rows * Depth)
            {
                left.Store(place, [(place % 7) - 3f]);
            }
        }

        Span<float> result = stackalloc float[Rows * Stride];
        result.Fill(1);
        try
        {
            NumberBuffer a = packedLeft.Get(ElementType.BFloat16, (long)PackedBytes(ProductSide.Left, Rows, Depth));
            NumberBuffer b = packedRight.Get(ElementType.BFloat16, (long)PackedBytes(ProductSide.Right, Columns, Depth));
            Pack(ProductSide.Left, new Matrix(left, Depth), Rows, Depth, a);
            Pack(ProductSide.Right, new Matrix(right, Depth, IsTransposed: true), Columns, Depth, b);
            fixed (float* address = result)
            {
                Multiply(Rows, Columns, Depth, a, b, 1, new NumberBuffer(address, ElementType.Float32), Stride);
            }
        }
        catch (InvalidOperationException)
        {
            return false;
        }

        bool isRight = true;
        for (int place = 0; place < result.Length; place++)
        {
            (int row, int column) = (place / Stride, place % Stride);
            double expected = 1;
            for (int i = 0; i < Depth && column < Columns; i++)
            {
                expected += left.Read((row * Depth) + i) * right.Read((column * Depth) + i);
            }

            isRight &= result[place] == expected;
        }

        // The library saw addresses alone.
        GC.KeepAlive(ofLeft);
        GC.KeepAlive(ofRight);
        GC.KeepAlive(packedLeft);
        GC.KeepAlive(packedRight);
        return isRight;
    }
}
