using System;
using System.Globalization;

namespace SeqLoss.Cli.Loss;

/// <summary>A layout and the sizes of its axes. The letters of the layout are the axes: b, t, v or d, and n for rows.</summary>
internal sealed class AxisOrder
{
    private readonly long[] sizes;

    /// <summary>Reads a shape in a layout.</summary>
    internal AxisOrder(string layout, ReadOnlySpan<long> shape)
    {
        if (shape.Length != layout.Length)
        {
            throw new ArgumentException("The shape does not have the axes of the layout.", nameof(shape));
        }

        Layout = layout;
        sizes = shape.ToArray();
    }

    internal string Layout { get; }

    internal ReadOnlySpan<long> Shape => sizes;

    /// <summary>B; N for rows.</summary>
    internal long Batch => SizeOf('b') ?? SizeOf('n') ?? 1;

    /// <summary>T; 1 for rows.</summary>
    internal long Time => SizeOf('t') ?? 1;

    /// <summary>V; 1 where there are no classes.</summary>
    internal long Classes => SizeOf('v') ?? 1;

    internal bool IsTimeMajor => Layout[0] == 't';

    internal bool HasSequences => Layout[0] != 'n';

    /// <summary>The axis that a token does not have, of classes or features; -1 if there is none.</summary>
    private int InnerAxis => Layout.AsSpan().IndexOfAny('v', 'd');

    /// <summary>The shape of what has one value a token.</summary>
    internal long[] TokenShape => InnerAxis < 0 ? sizes : [.. sizes.AsSpan(0, InnerAxis), .. sizes.AsSpan(InnerAxis + 1)];

    /// <summary>The number of axes of <see cref="TokenShape"/>.</summary>
    internal int TokenRank => InnerAxis < 0 ? sizes.Length : sizes.Length - 1;

    /// <summary>The sequence and the step of a token, by its place among the tokens as stored.</summary>
    internal (long Sequence, long Step) PlaceOf(long token)
        => !HasSequences ? (token, 0)
        : IsTimeMajor ? (token % Batch, token / Batch)
        : (token / Time, token % Time);

    /// <summary>The place of a token among the tokens as stored.</summary>
    internal long TokenAt(long sequence, long step)
        => !HasSequences ? sequence
        : IsTimeMajor ? (step * Batch) + sequence
        : (sequence * Time) + step;

    /// <summary><c>btv [B, T, V]</c></summary>
    internal static string Describe(string layout)
        => $"{layout} [{string.Join(", ", layout.ToUpperInvariant().ToCharArray())}]";

    /// <summary><c>[44, 9]</c>; a scalar is <c>()</c>.</summary>
    internal static string Describe(ReadOnlySpan<long> shape)
    {
        string[] names = Array.ConvertAll(shape.ToArray(), size => size.ToString(CultureInfo.InvariantCulture));
        return names.Length == 0 ? "()" : $"[{string.Join(", ", names)}]";
    }

    private long? SizeOf(char letter) => Layout.IndexOf(letter, StringComparison.Ordinal) is >= 0 and int axis ? sizes[axis] : null;
}
