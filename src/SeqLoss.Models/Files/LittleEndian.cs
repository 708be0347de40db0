using System;

namespace SeqLoss.Models.Files;

/// <summary>safetensors files are little-endian and are copied as they stand.</summary>
internal static class LittleEndian
{
    internal static void Require()
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Model files need a little-endian processor, such as x64 or Arm64.");
        }
    }
}
