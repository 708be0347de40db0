using System;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace SeqLoss.Tests.Reference;

/// <summary>How the scores of a test are stored.</summary>
internal enum Storage
{
    Single,
    Double,
    Half,
    BFloat16,
}

/// <summary>A tensor of one of the four types, made from doubles and read back as doubles.</summary>
internal sealed class ScoreArray
{
    private readonly nint[] _lengths;
    private readonly float[] _single = [];
    private readonly double[] _double = [];
    private readonly Half[] _half = [];
    private readonly ushort[] _words = [];

    public ScoreArray(Storage storage, nint[] lengths, double[] values)
    {
        (Storage, _lengths) = (storage, lengths);
        switch (storage)
        {
            case Storage.Single:
                _single = Array.ConvertAll(values, value => (float)value);
                break;
            case Storage.Double:
                _double = [.. values];
                break;
            case Storage.Half:
                _half = Array.ConvertAll(values, value => (Half)value);
                break;
            default:
                _words = Array.ConvertAll(values, value => ToBFloat16((float)value));
                break;
        }
    }

    public Storage Storage { get; }

    /// <summary>The nearest value of a storage.</summary>
    public static double Round(Storage storage, double value) => storage switch
    {
        Storage.Single => (float)value,
        Storage.Double => value,
        Storage.Half => (double)(Half)value,
        _ => FromBFloat16(ToBFloat16((float)value)),
    };

    public Scores AsScores() => Storage switch
    {
        Storage.Single => new ReadOnlyTensorSpan<float>(_single, _lengths),
        Storage.Double => new ReadOnlyTensorSpan<double>(_double, _lengths),
        Storage.Half => new ReadOnlyTensorSpan<Half>(_half, _lengths),
        _ => new ReadOnlyTensorSpan<ushort>(_words, _lengths),
    };

    public Targets AsTargets() => Storage switch
    {
        Storage.Single => new ReadOnlyTensorSpan<float>(_single, _lengths),
        Storage.Double => new ReadOnlyTensorSpan<double>(_double, _lengths),
        Storage.Half => new ReadOnlyTensorSpan<Half>(_half, _lengths),
        _ => new ReadOnlyTensorSpan<ushort>(_words, _lengths),
    };

    public Gradient AsGradient() => Storage switch
    {
        Storage.Single => new TensorSpan<float>(_single, _lengths),
        Storage.Double => new TensorSpan<double>(_double, _lengths),
        Storage.Half => new TensorSpan<Half>(_half, _lengths),
        _ => new TensorSpan<ushort>(_words, _lengths),
    };

    public double[] ToDoubles() => Storage switch
    {
        Storage.Single => Array.ConvertAll(_single, value => (double)value),
        Storage.Double => [.. _double],
        Storage.Half => Array.ConvertAll(_half, value => (double)value),
        _ => Array.ConvertAll(_words, word => (double)FromBFloat16(word)),
    };

    public byte[] ToBytes() => Storage switch
    {
        Storage.Single => MemoryMarshal.AsBytes<float>(_single).ToArray(),
        Storage.Double => MemoryMarshal.AsBytes<double>(_double).ToArray(),
        Storage.Half => MemoryMarshal.AsBytes<Half>(_half).ToArray(),
        _ => MemoryMarshal.AsBytes<ushort>(_words).ToArray(),
    };

    private static float FromBFloat16(ushort word) => BitConverter.UInt32BitsToSingle((uint)word << 16);

    /// <summary>Of the two neighbours the nearer one, by their distances rather than by a rounding constant; even on a tie.</summary>
    private static ushort ToBFloat16(float value)
    {
        ushort low = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
        if (!float.IsFinite(value))
        {
            return low;
        }

        ushort high = (ushort)(low + 1);
        double below = Math.Abs((double)value - FromBFloat16(low));
        double bound = float.IsFinite(FromBFloat16(high)) ? FromBFloat16(high) : Math.CopySign(Math.Pow(2, 128), value);
        double above = Math.Abs(bound - value);
        return below < above || (below == above && low % 2 == 0) ? low : high;
    }
}
