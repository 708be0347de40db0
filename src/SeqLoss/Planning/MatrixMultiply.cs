using System;
using SeqLoss.Kernels.Matmul;

namespace SeqLoss.Planning;

/// <summary>The matrix multiply that this process uses, as <c>SEQLOSS_MATMUL</c> chose it.</summary>
internal static class MatrixMultiply
{
    /// <summary>Its name, and the version of what is not part of this library.</summary>
    /// <exception cref="LossOptionException">The variable names no library, or one that is not there.</exception>
    public static string InUse => LibraryInUse == ProductLibrary.OneDnn ? NameOf(OneDnn.Instance!) : "managed";

    /// <summary>The library.</summary>
    /// <exception cref="LossOptionException">The variable names no library, or one that is not there.</exception>
    public static ProductLibrary LibraryInUse
    {
        get
        {
            try
            {
                return ProductLibraryChoice.OfProcess;
            }
            catch (InvalidOperationException refusal)
            {
                throw new LossOptionException(refusal.Message, refusal);
            }
        }
    }

    private static string NameOf(OneDnn library)
        => $"oneDNN {library.Version}, {(library.MultipliesBFloat16 ? "float32 and bf16" : "float32")}";
}
