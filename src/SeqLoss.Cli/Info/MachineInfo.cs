using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace SeqLoss.Cli.Info;

/// <summary>What the losses run on.</summary>
internal static class MachineInfo
{
    /// <summary>The width of the registers that the kernels use, in bits; 0 where they compute number by number.</summary>
    /// <remarks>The same question that the kernels ask.</remarks>
    internal static int LaneBits => Vector512.IsHardwareAccelerated ? 512
        : Vector256.IsHardwareAccelerated ? 256
        : Vector128.IsHardwareAccelerated ? 128
        : 0;

    internal static string Lanes => LaneBits == 0 ? "none" : $"{LaneBits} bits ({LaneBits / 32} float32 at a time)";

    /// <summary>The best instruction set that the processor and the runtime have.</summary>
    internal static string InstructionSet => Avx512F.IsSupported ? "AVX-512"
        : Avx2.IsSupported ? "AVX2"
        : Sse41.IsSupported ? "SSE4.1"
        : AdvSimd.IsSupported ? "NEON"
        : "none";

    /// <summary>The processor's name for itself; the architecture where it does not tell.</summary>
    internal static string Processor => NameIn(CpuInfo()) ?? RuntimeInformation.ProcessArchitecture.ToString();

    internal static string? NameIn(IEnumerable<string> cpuInfo)
    {
        foreach (string line in cpuInfo)
        {
            if (line.StartsWith("model name", StringComparison.Ordinal) && line.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon)
            {
                return line[(colon + 1)..].Trim();
            }
        }

        return null;
    }

    private static string[] CpuInfo()
    {
        try
        {
            return File.Exists("/proc/cpuinfo") ? File.ReadAllLines("/proc/cpuinfo") : [];
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
