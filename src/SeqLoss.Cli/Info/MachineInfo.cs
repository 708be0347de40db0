using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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

    internal static string InstructionSet => LaneBits == 0 ? "scalar" : $"{LaneBits}-bit lanes ({LaneBits / 32} float32 at a time)";

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
