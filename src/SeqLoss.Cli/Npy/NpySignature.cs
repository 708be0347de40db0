using System;

namespace SeqLoss.Cli.Npy;

/// <summary>The first bytes of a file: whether they are those of a .npy file, and what they are otherwise.</summary>
internal static class NpySignature
{
    /// <summary>The length of the signature with the version behind it, in bytes.</summary>
    internal const int Length = 8;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    private static ReadOnlySpan<byte> Hdf5Magic => [0x89, (byte)'H', (byte)'D', (byte)'F'];

    /// <summary>Writes the signature and version 1.0.</summary>
    internal static void WriteVersion1(Span<byte> start)
    {
        Magic.CopyTo(start);
        (start[6], start[7]) = (1, 0);
    }

    /// <summary>Checks the signature and the version.</summary>
    /// <param name="start">The first bytes of the file: all of a short one, else at least <see cref="Length"/>.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="BadFileException">The file is empty, of another format, cut off, or of an unknown version.</exception>
    internal static void Check(ReadOnlySpan<byte> start, string path)
    {
        if (start.IsEmpty)
        {
            throw new BadFileException($"{path}: the file is empty; save the array again with numpy.save");
        }

        if (!start.StartsWith(Magic))
        {
            throw new BadFileException($"{path}: not an .npy file{WhatElse(start)}");
        }

        if (start.Length < Length)
        {
            throw new BadFileException($"{path}: the file ends inside its first 8 bytes; it is cut off, copy or save it again");
        }

        (byte major, byte minor) = (start[6], start[7]);
        if (major is < 1 or > 3 || minor != 0)
        {
            throw new BadFileException(
                $"{path}: version {major}.{minor} of the .npy format is unknown (1.0, 2.0 and 3.0 are known); "
                + "save the array again with numpy.save");
        }
    }

    private static string WhatElse(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("PK"u8))
        {
            return " but a zip archive, such as .npz; save one of its arrays alone: "
                + "numpy.save('array.npy', numpy.load('archive.npz')['name'])";
        }

        if (start.StartsWith(Hdf5Magic))
        {
            return " but an HDF5 file; save one of its arrays alone: numpy.save('array.npy', h5py.File('archive.h5')['name'][()])";
        }

        return $", it begins with {Convert.ToHexString(start[..Math.Min(start.Length, 6)])} instead of 934E554D5059; "
            + "save the array with numpy.save";
    }
}
