using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Models.Autograd;
using Xunit;

namespace SeqLoss.Models.Tests.Autograd;

public sealed class CounterRandomTests
{
    /// <summary>The known answers of philox4x32-10 that its authors publish (Random123, tests/kat_vectors).</summary>
    [Theory]
    [InlineData(0, 0, 0, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [InlineData(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88, new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void Blocks_EqualThePublishedVectors(ulong seed, ulong stream, ulong index, uint[] expected)
    {
        CounterRandom.Philox block = new CounterRandom(seed, stream).Block(seed, index);
        uint[] words = [block.Word0, block.Word1, block.Word2, block.Word3];
        Assert.Equal(expected, words);
    }

    [Fact]
    public void Bits_AreTheWordsOfTheBlocksInOrder()
    {
        var random = new CounterRandom(0, 0);
        Assert.Equal([0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8], Enumerable.Range(0, 4).Select(i => random.Bits((ulong)i)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 9)]
    [InlineData(6, 64)]
    [InlineData(4_294_967_293, 30)]
    public void Fill_WritesTheSameNumbersFromAnyPlace(ulong first, int count)
    {
        var random = new CounterRandom(7, 11);
        var words = new uint[count];
        random.Fill(first, words);
        Assert.Equal(Enumerable.Range(0, count).Select(i => random.Bits(first + (ulong)i)), words);
    }

    [Fact]
    public void SeedsStreamsAndIndexes_AllMatter()
    {
        var seen = new HashSet<(uint, uint)>();
        foreach (ulong seed in new ulong[] { 0, 1, 1UL << 40 })
        {
            foreach (ulong stream in new ulong[] { 0, 1, 1UL << 40 })
            {
                var random = new CounterRandom(seed, stream);
                for (ulong index = 0; index < 100; index += 2)
                {
                    Assert.True(seen.Add((random.Bits(index), random.Bits(index + 1))));
                    Assert.True(seen.Add((random.Bits(index + (1UL << 40)), random.Bits(index + (1UL << 40) + 1))));
                }
            }
        }
    }

    [Fact]
    public void Uniform_IsFlatAndBelowOne()
    {
        var random = new CounterRandom(1, 2);
        var counts = new int[16];
        double sum = 0;
        const int Draws = 160_000;
        for (ulong i = 0; i < Draws; i++)
        {
            float value = random.Uniform(i);
            Assert.InRange(value, 0f, 1f - (1f / (1 << 24)));
            Assert.Equal((float)(random.Bits(i) >> 8), value * (1 << 24));
            counts[(int)(value * counts.Length)]++;
            sum += value;
        }

        Assert.Equal(0.5, sum / Draws, 0.004); // 5 standard deviations
        Assert.InRange(ChiSquare(counts, Draws), 2, 42); // 15 degrees of freedom, both tails 2e-4
    }

    /// <summary>2^32 words onto 3·2^29 values: without drawing again, a third of the values would come up less often.</summary>
    [Fact]
    public void Below_IsUnbiasedWhereRejectionMatters()
    {
        const int Count = 3 << 29;
        var random = new CounterRandom(3, 4);
        var residues = new int[3];
        var parts = new int[12];
        const int Draws = 120_000;
        for (ulong i = 0; i < Draws; i++)
        {
            int value = random.Below(i, Count);
            Assert.InRange(value, 0, Count - 1);
            residues[value % residues.Length]++;
            parts[(int)((long)value * parts.Length / Count)]++;
        }

        Assert.InRange(ChiSquare(residues, Draws), 0, 18);
        Assert.InRange(ChiSquare(parts, Draws), 1, 36);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Below_TakesEveryValueEquallyOften(int count)
    {
        var random = new CounterRandom(5, 6);
        var counts = new int[count];
        for (ulong i = 0; i < 70_000; i++)
        {
            counts[random.Below(i, count)]++;
        }

        Assert.All(counts, n => Assert.Equal(70_000.0 / count, n, 5 * Math.Sqrt(70_000.0 / count)));
    }

    [Fact]
    public void Gaussian_HasTheMomentsOfTheNormalDistribution()
    {
        var random = new CounterRandom(8, 9);
        const int Draws = 200_000;
        var moments = new double[5];
        double neighbours = 0;
        for (ulong i = 0; i < Draws; i++)
        {
            double value = random.Gaussian(i);
            for (int p = 1; p <= 4; p++)
            {
                moments[p] += Math.Pow(value, p) / Draws;
            }

            neighbours += value * random.Gaussian(i ^ 1) / Draws;
        }

        double unit = 1 / Math.Sqrt(Draws);
        Assert.Equal(0, moments[1], 5 * unit);
        Assert.Equal(1, moments[2], 5 * Math.Sqrt(2) * unit);
        Assert.Equal(0, moments[3], 5 * Math.Sqrt(15) * unit);
        Assert.Equal(3, moments[4], 5 * Math.Sqrt(96) * unit);
        Assert.Equal(0, neighbours, 5 * Math.Sqrt(2) * unit);
    }

    [Fact]
    public void Shuffle_MakesEveryOrderEquallyOften()
    {
        var counts = new Dictionary<string, int>();
        const int Draws = 24_000;
        for (ulong stream = 0; stream < Draws; stream++)
        {
            char[] letters = ['a', 'b', 'c', 'd'];
            new CounterRandom(10, stream).Shuffle<char>(letters);
            string order = new(letters);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.Equal(24, counts.Count);
        Assert.InRange(ChiSquare([.. counts.Values], Draws), 6, 56); // 23 degrees of freedom
    }

    [Fact]
    public void Below_RefusesAnEmptyRange() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new CounterRandom(0, 0).Below(0, 0));

    private static double ChiSquare(int[] counts, int draws)
    {
        double expected = (double)draws / counts.Length;
        return counts.Sum(n => (n - expected) * (n - expected) / expected);
    }
}
