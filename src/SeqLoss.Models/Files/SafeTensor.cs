using System;

namespace SeqLoss.Models.Files;

/// <summary>The name, the type and the shape of one tensor of a safetensors file; not its values.</summary>
public sealed class SafeTensor
{
    private readonly long[] _shape;

    /// <summary>Describes a tensor.</summary>
    /// <param name="name">Its name, unique in the file; not <c>__metadata__</c>, which the format keeps for itself.</param>
    /// <param name="type">How its elements are stored.</param>
    /// <param name="shape">The sizes of the axes, none of them negative; empty for a scalar.</param>
    /// <exception cref="ArgumentException">The name is the reserved one.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or the type is none of the listed.</exception>
    /// <exception cref="OverflowException">The tensor needs 2⁶³ bytes or more.</exception>
    public SafeTensor(string name, SafeTensorType type, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)type, (uint)SafeTensorType.F8E5M2, nameof(type));
        if (name == SafeTensorsHeader.MetadataName)
        {
            throw new ArgumentException($"The format keeps the name {name} for itself.", nameof(name));
        }

        (Name, Type, _shape) = (name, type, shape.ToArray());
        ElementCount = CountElements(shape);
        ByteCount = checked(ElementCount * type.SizeOf());
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>How the elements are stored.</summary>
    public SafeTensorType Type { get; }

    /// <summary>The sizes of the axes; empty for a scalar.</summary>
    public ReadOnlySpan<long> Shape => _shape;

    /// <summary>The number of elements, 1 for a scalar.</summary>
    public long ElementCount { get; }

    internal long ByteCount { get; }

    /// <summary>As in <c>weight: F32 [512, 512]</c>.</summary>
    public override string ToString() => $"{Name}: {Type.NameOf()} {Describe(_shape)}";

    internal static string Describe(ReadOnlySpan<long> shape) => $"[{string.Join(", ", shape.ToArray())}]";

    /// <exception cref="OverflowException">There are 2⁶³ elements or more.</exception>
    internal static long CountElements(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(size, nameof(shape));
            count = checked(count * size);
        }

        return count;
    }
}
