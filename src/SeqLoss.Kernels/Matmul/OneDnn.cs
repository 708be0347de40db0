using System;
using System.Runtime.InteropServices;
using SeqLoss.Kernels.Memory;

namespace SeqLoss.Kernels.Matmul;

/// <summary>The seam to oneDNN: its matrix products, called through function pointers of the library found at run time.</summary>
/// <remarks>
/// Source: oneDNN's C interface, <c>dnnl_sgemm</c> of dnnl.h and <c>dnnl_gemm_bf16bf16f32</c>, which the library exports beside it;
/// matrices are stored by rows. Products run on the calling thread alone: our own partition, not the library's, keeps the bits the
/// same for any number of threads.
/// </remarks>
internal sealed unsafe class OneDnn
{
    private const int Success = 0;

    private static readonly Lazy<OneDnn?> Found = new(Load);

    private readonly delegate* unmanaged[Cdecl]<
        byte, byte, nint, nint, nint, float, float*, nint, float*, nint, float, float*, nint, int> _multiplySingle;

    private readonly delegate* unmanaged[Cdecl]<
        byte, byte, nint, nint, nint, float, ushort*, nint, ushort*, nint, float, float*, nint, int> _multiplyBFloat16;

    private readonly OpenMpThreads _threads = new();

    private OneDnn(nint library)
    {
        _multiplySingle = (delegate* unmanaged[Cdecl]<
            byte, byte, nint, nint, nint, float, float*, nint, float*, nint, float, float*, nint, int>)
            NativeLibrary.GetExport(library, "dnnl_sgemm");
        if (NativeLibrary.TryGetExport(library, "dnnl_gemm_bf16bf16f32", out nint multiplyBFloat16))
        {
            _multiplyBFloat16 = (delegate* unmanaged[Cdecl]<
                byte, byte, nint, nint, nint, float, ushort*, nint, ushort*, nint, float, float*, nint, int>)multiplyBFloat16;
        }

        if (NativeLibrary.TryGetExport(library, "dnnl_version", out nint version))
        {
            int* parts = ((delegate* unmanaged[Cdecl]<int*>)version)();
            Version = new Version(parts[0], parts[1], parts[2]);
        }

        MultipliesBFloat16 = _multiplyBFloat16 != null && CanMultiplyBFloat16();
        Panels = MultipliesBFloat16 ? OneDnnPanels.Of(library, _threads) : null;
    }

    /// <summary>The names by which the library is looked for, the newest first.</summary>
    public static string[] FileNames { get; } = ["libdnnl.so.3", "libdnnl.so.2"];

    /// <summary>The library, or null where it is not found.</summary>
    public static OneDnn? Instance => Found.Value;

    public Version? Version { get; }

    /// <summary>Whether this library and this processor multiply BF16.</summary>
    public bool MultipliesBFloat16 { get; }

    /// <summary>Its products of packed BF16 operands, or null where it lacks them.</summary>
    public OneDnnPanels? Panels { get; }

    /// <summary>Whether the library multiplies operands that are stored so.</summary>
    public bool Multiplies(ElementType left, ElementType right)
        => left == right && (left == ElementType.Float32 || (left == ElementType.BFloat16 && MultipliesBFloat16));

    /// <summary>C[rows, columns] = α·A·B + β·C on the calling thread; both operands float32 or both BF16.</summary>
    /// <exception cref="InvalidOperationException">The library refused; a sentence.</exception>
    public void Multiply(
        int rows, int columns, int depth, float alpha, in Matrix left, in Matrix right, float beta, NumberBuffer result, long resultStride)
    {
        int threads = _threads.LimitToOne();
        byte ofLeft = Letter(left), ofRight = Letter(right);
        (nint m, nint n, nint k) = (rows, columns, depth);
        (nint strideOfLeft, nint strideOfRight) = ((nint)left.LeadingDimension, (nint)right.LeadingDimension);
        float* c = result.Address<float>();
        int status = left.Elements.Type == ElementType.Float32
            ? _multiplySingle(
                ofLeft, ofRight, m, n, k, alpha, left.Elements.Address<float>(), strideOfLeft, right.Elements.Address<float>(),
                strideOfRight, beta, c, (nint)resultStride)
            : _multiplyBFloat16(
                ofLeft, ofRight, m, n, k, alpha, left.Elements.Address<ushort>(), strideOfLeft, right.Elements.Address<ushort>(),
                strideOfRight, beta, c, (nint)resultStride);
        _threads.Restore(threads);
        if (status != Success)
        {
            throw new InvalidOperationException(
                $"oneDNN refused to multiply [{rows}, {depth}] by [{depth}, {columns}] with its status {status}; "
                + $"set {ProductLibraryChoice.Variable} to managed.");
        }
    }

    /// <summary>C[rows, columns] = α·A·B, its rows one after another.</summary>
    public void Multiply(int rows, int columns, int depth, float alpha, in Matrix left, in Matrix right, Span<float> result)
    {
        fixed (float* address = result)
        {
            Multiply(rows, columns, depth, alpha, left, right, 0, new NumberBuffer(address, ElementType.Float32), columns);
        }
    }

    private static OneDnn? Load()
    {
        foreach (string name in FileNames)
        {
            if (NativeLibrary.TryLoad(name, out nint library) && NativeLibrary.TryGetExport(library, "dnnl_sgemm", out _))
            {
                return new OneDnn(library);
            }
        }

        return null;
    }

    /// <summary>The library exports the product everywhere but refuses it where the processor lacks the instructions.</summary>
    private bool CanMultiplyBFloat16()
    {
        ushort one = 0x3F80;
        float result = 0;
        int status = _multiplyBFloat16((byte)'N', (byte)'N', 1, 1, 1, 1, &one, 1, &one, 1, 0, &result, 1);
        return status == Success && result == 1;
    }

    private static byte Letter(in Matrix matrix) => (byte)(matrix.IsTransposed ? 'T' : 'N');
}
