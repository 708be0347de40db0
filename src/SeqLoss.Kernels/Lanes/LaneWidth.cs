using System.Runtime.Intrinsics;

namespace SeqLoss.Kernels.Lanes;

/// <summary>The one place that chooses the instruction set.</summary>
internal static class LaneWidth
{
    public const int Bits512 = 512;
    public const int Bits256 = 256;
    public const int Bits128 = 128;
    public const int Scalar = 0;

    /// <summary>The widest register the processor computes on at full speed, as the run time judges it.</summary>
    public static int OfProcessor =>
        Vector512.IsHardwareAccelerated ? Bits512
        : Vector256.IsHardwareAccelerated ? Bits256
        : Vector128.IsHardwareAccelerated ? Bits128
        : Scalar;
}
