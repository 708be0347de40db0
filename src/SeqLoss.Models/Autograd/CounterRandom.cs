using System;

namespace SeqLoss.Models.Autograd;

/// <summary>Random numbers by position: the i-th number of a stream is a function of seed, stream and i alone.</summary>
/// <remarks>
/// <para>
/// Nothing is remembered between calls, so that any thread may ask for any part of a stream in any order, and a resumed run continues where
/// it stood by knowing the number of the step. Streams of one seed, and seeds, are independent of each other.
/// </para>
/// <para>
/// The generator is Philox4x32 with 10 rounds: the seed is the key, and the counter is the block's index (low 64 bits) and the stream
/// (high 64 bits). A block is four 32-bit words. <see cref="Bits"/>, <see cref="Uniform"/> and <see cref="Fill"/> read the same words,
/// block i/4; <see cref="Gaussian"/> reads block i/2 and <see cref="Below"/> block i: give each use a stream of its own.
/// </para>
/// </remarks>
/// <param name="seed">Any number.</param>
/// <param name="stream">Any number; one for each independent use.</param>
/// <seealso href="https://doi.org/10.1145/2063384.2063405">Salmon et al., 2011, Parallel random numbers: as easy as 1, 2, 3.</seealso>
public readonly struct CounterRandom(ulong seed, ulong stream)
{
    private const int Rounds = 10;
    private const int WordsPerBlock = 4;

    // Table 2 of the article and its reference code: the multipliers of both halves, and what the key grows by each round (the golden ratio
    // and sqrt(3) - 1, as fractions of 2^32).
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint KeyStep0 = 0x9E3779B9;
    private const uint KeyStep1 = 0xBB67AE85;

    /// <summary>The i-th 32 random bits.</summary>
    public uint Bits(ulong index) => Word(Block(seed, index / WordsPerBlock), (int)(index % WordsPerBlock));

    /// <summary>The i-th number in [0, 1), a multiple of 2^-24: the upper 24 of <see cref="Bits"/>.</summary>
    public float Uniform(ulong index) => (Bits(index) >> 8) * (1f / (1 << 24));

    /// <summary>The i-th integer in 0..count − 1, each exactly as likely as any other.</summary>
    /// <param name="index">Which number of the stream.</param>
    /// <param name="count">How many values there are, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    /// <seealso href="https://arxiv.org/abs/1805.10941">Lemire, 2019, Fast random integer generation in an interval.</seealso>
    public int Below(ulong index, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        uint range = (uint)count;
        uint surplus = (0u - range) % range; // 2^32 mod count: that many of the low halves would be one too many.
        for (ulong attempt = 0; ; attempt++)
        {
            Philox block = Block(seed + attempt, index);
            for (int i = 0; i < WordsPerBlock; i++)
            {
                ulong product = (ulong)Word(block, i) * range;
                if ((uint)product >= surplus)
                {
                    return (int)(product >> 32);
                }
            }
        }
    }

    /// <summary>The i-th number of the normal distribution with mean 0 and variance 1, within ±6.7.</summary>
    /// <remarks>
    /// Box and Muller: sqrt(−2·ln u)·cos(2πv) for even i and the sine for odd i; the last bits are those of the platform's logarithm.
    /// </remarks>
    public double Gaussian(ulong index)
    {
        Philox block = Block(seed, index / 2);
        double radius = Math.Sqrt(-2 * Math.Log((block.Word0 + 1.0) / 4294967296.0)); // u in (0, 1]
        (double sine, double cosine) = Math.SinCos(2 * Math.PI * (block.Word1 / 4294967296.0));
        return radius * (index % 2 == 0 ? cosine : sine);
    }

    /// <summary>Writes <see cref="Bits"/> of <paramref name="first"/>, first + 1, ….</summary>
    public void Fill(ulong first, Span<uint> destination)
    {
        int done = 0;
        while (done < destination.Length)
        {
            ulong index = first + (ulong)done;
            Philox block = Block(seed, index / WordsPerBlock);
            for (int i = (int)(index % WordsPerBlock); i < WordsPerBlock && done < destination.Length; i++)
            {
                destination[done++] = Word(block, i);
            }
        }
    }

    /// <summary>Permutes in place, every order equally likely, with <see cref="Below"/> of 0..length − 2.</summary>
    internal void Shuffle<T>(Span<T> items)
    {
        for (int i = 0; i < items.Length - 1; i++)
        {
            int other = i + Below((ulong)i, items.Length - i);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    /// <summary>Philox4x32-10 of the counter (<paramref name="index"/>, stream) under a key.</summary>
    internal Philox Block(ulong key, ulong index)
    {
        (uint word0, uint word1) = ((uint)index, (uint)(index >> 32));
        (uint word2, uint word3) = ((uint)stream, (uint)(stream >> 32));
        (uint key0, uint key1) = ((uint)key, (uint)(key >> 32));
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * word0;
            ulong product1 = (ulong)Multiplier1 * word2;
            (word0, word1) = ((uint)(product1 >> 32) ^ word1 ^ key0, (uint)product1);
            (word2, word3) = ((uint)(product0 >> 32) ^ word3 ^ key1, (uint)product0);
            key0 += KeyStep0;
            key1 += KeyStep1;
        }

        return new Philox(word0, word1, word2, word3);
    }

    private static uint Word(Philox block, int index) => index switch
    {
        0 => block.Word0,
        1 => block.Word1,
        2 => block.Word2,
        _ => block.Word3,
    };

    /// <summary>The four words of a block.</summary>
    internal readonly record struct Philox(uint Word0, uint Word1, uint Word2, uint Word3);
}
