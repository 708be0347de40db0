using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SeqLoss.Models.Operations;

/// <summary>Sets a random part of values to 0 and scales the rest, so that the expected value stays.</summary>
/// <remarks>
/// Whether a value stays is a function of a key and of its place alone: the mask is not stored, the way back computes it again, and
/// neither chunks nor the width of registers change it. The mixing function is the two-round 32-bit one found by search in
/// https://github.com/skeeto/hash-prospector (bias 0.107).
/// </remarks>
internal static class DropoutMask
{
    private const uint Spread = 0x9E3779B1; // 2^32 divided by the golden ratio: neighbours differ in their upper bits.
    private const uint FirstRound = 0x21F0AAAD;
    private const uint SecondRound = 0x735A2D97;

    /// <summary>destination = kept ? source/(1 − rate) : 0; may be in place.</summary>
    /// <param name="source">Values.</param>
    /// <param name="destination">As many.</param>
    /// <param name="rate">The part that is dropped, in (0, 1).</param>
    /// <param name="key">Names the mask.</param>
    /// <param name="place">The place of the first value in the mask.</param>
    public static void Apply(ReadOnlySpan<float> source, Span<float> destination, float rate, ulong key, int place)
    {
        uint threshold = (uint)(rate * 4294967296.0);
        float scale = 1 / (1 - rate);
        ref float from = ref MemoryMarshal.GetReference(source);
        ref float to = ref MemoryMarshal.GetReference(destination[..source.Length]);
        int i = 0;
        for (; i <= source.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector<uint> places = Vector.CreateSequence((uint)(place + i), 1u);
            Vector<uint> drawn = Mix(places, key);
            Vector<float> kept = Vector.LoadUnsafe(ref from, (nuint)i) * scale;
            Vector<float> result = Vector.ConditionalSelect(
                Vector.AsVectorSingle(Vector.GreaterThanOrEqual(drawn, new Vector<uint>(threshold))), kept, Vector<float>.Zero);
            result.StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < source.Length; i++)
        {
            destination[i] = Mix((uint)(place + i), key) >= threshold ? source[i] * scale : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Mix(Vector<uint> place, ulong key)
    {
        Vector<uint> x = (place * Spread) + new Vector<uint>((uint)key);
        x = (x ^ (x >> 16)) * FirstRound;
        x = (x ^ (x >> 15) ^ new Vector<uint>((uint)(key >> 32))) * SecondRound;
        return x ^ (x >> 15);
    }

    private static uint Mix(uint place, ulong key)
    {
        uint x = (place * Spread) + (uint)key;
        x = (x ^ (x >> 16)) * FirstRound;
        x = (x ^ (x >> 15) ^ (uint)(key >> 32)) * SecondRound;
        return x ^ (x >> 15);
    }
}
