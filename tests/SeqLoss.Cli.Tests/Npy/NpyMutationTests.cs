using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Text;
using SeqLoss.Cli.Npy;
using Xunit;
using Xunit.Abstractions;

namespace SeqLoss.Cli.Tests.Npy;

/// <summary>Damaged files: whatever the bytes are, they are an array or a sentence.</summary>
public sealed class NpyMutationTests(ITestOutputHelper output)
{
    private const int InMemory = 300_000;
    private const int OnDisk = 4_000;

    // Every parse may allocate the header, a message and a stack trace, and nothing that the damaged numbers ask for.
    private const long MostBytes = 1 << 16;

    private static readonly byte[][] Originals =
    [
        NpyImage.Create("<f4", false, [2, 3], new byte[24]),
        NpyImage.Create(">f8", true, [2, 3], new byte[48]),
        NpyImage.Create("<i8", true, [2, 2, 2], [.. new byte[63], 0x80], major: 2),
        NpyImage.Create("|b1", false, [9], new byte[9], major: 3),
        NpyImage.Create("<u8", false, [], [255, 255, 255, 255, 255, 255, 255, 255]),
        NpyImage.Create("<f2", false, [3, 0], []),
        NpyImage.Create(">u2", true, [4, 1, 4], new byte[32]),
        NpyImage.FromText("{\"shape\": (2L, 2L), \"descr\": \"|i1\", \"fortran_order\": False}   \n", new byte[4]),
        [.. "PK\x03\x04 an archive that is no array"u8],
    ];

    private static readonly byte[][] Tokens = Array.ConvertAll(
        [
            " ", "\t", "-1", "9223372036854775807", "9223372036854775808", "99999999999999999999", "4294967296", "0", "1", "2", "3L", "010",
            "(", ")", "()", "(,)", "{", "}", "[", "]", ",", ":", "'", "\"", "\\", "\0", "\n", "#", "True", "False", "None", "é",
            "'descr'", "'shape'", "'fortran_order'", "'|O'", "'<c16'", "'|V2'", "'<f4'", "'>f8'", "'<u8'", "'|b1'", "[('a', '<i4')]",
        ],
        Encoding.UTF8.GetBytes);

    [Fact]
    public void DamagedBytes_AreAnArrayOrASentence()
    {
        const int Seed = 1;
        var random = new Random(Seed);
        var clock = Stopwatch.StartNew();
        int arrays = 0;
        for (int i = 0; i < InMemory; i++)
        {
            byte[] image = Mutate(random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool isArray = IsArray(image, $"seed {Seed}, input {i}: {Convert.ToHexString(image)}");
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated <= MostBytes, $"seed {Seed}, input {i} allocates {allocated} bytes: {Convert.ToHexString(image)}");
            arrays += isArray ? 1 : 0;
        }

        output.WriteLine($"{arrays} arrays and {InMemory - arrays} sentences in {clock.Elapsed}");
        // Both outcomes are common, or the mutations test nothing.
        Assert.InRange(arrays, InMemory / 20, InMemory - (InMemory / 4));
        Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), $"{clock.Elapsed}");
    }

    [Fact]
    public void DamagedFiles_AreAnArrayOrASentence()
    {
        const int Seed = 2;
        var random = new Random(Seed);
        using var folder = new TemporaryFolder();
        int arrays = 0;
        for (int i = 0; i < OnDisk; i++)
        {
            byte[] image = Mutate(random);
            string path = folder.Write("damaged.npy", image);
            try
            {
                using NpyFile file = NpyFile.Open(path);
                arrays++;
                Assert.Equal(file.Length, file.ReadAll<double>().LongLength);
                file.ReadAll<long>();
            }
            catch (BadFileException refusal)
            {
                AssertIsSentence(refusal.Message, path);
            }
            catch (Exception other) when (other is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {Seed}, input {i}: {Convert.ToHexString(image)}: {other}");
            }
        }

        Assert.InRange(arrays, OnDisk / 20, OnDisk - (OnDisk / 4));
    }

    private static unsafe bool IsArray(byte[] image, string input)
    {
        bool isArray = false;
        try
        {
            NpyHeader header = NpyHeader.Read(new MemoryStream(image), "damaged.npy");
            isArray = true;
            // All that keeps the copies below inside the file.
            Assert.Equal(image.Length, header.DataOffset + (header.Length * header.ElementSize));
            fixed (byte* start = image)
            {
                var elements = new NpyElements(header, start + header.DataOffset, "damaged.npy");
                elements.CopyTo(0, new double[header.Length].AsSpan());
                elements.CopyTo(0, new long[header.Length].AsSpan());
            }
        }
        catch (BadFileException refusal)
        {
            AssertIsSentence(refusal.Message, "damaged.npy");
        }
        catch (Exception other) when (other is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{input}: {other}");
        }

        return isArray;
    }

    private static void AssertIsSentence(string message, string path)
    {
        Assert.StartsWith($"{path}: ", message, StringComparison.Ordinal);
        // The cure stands behind a semicolon; nothing from the file reaches a terminal as control characters.
        Assert.Contains("; ", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.InRange(message.Length, 20, path.Length + 2_000);
    }

    private static byte[] Mutate(Random random)
    {
        var image = new List<byte>(Originals[random.Next(Originals.Length)]);
        for (int changes = random.Next(1, 4); changes > 0; changes--)
        {
            int at = random.Next(image.Count + 1);
            switch (random.Next(10))
            {
                case 0 when at < image.Count:
                    image[at] = (byte)random.Next(256);
                    break;
                case 1 when at < image.Count:
                    image[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    image.RemoveRange(at, image.Count - at);
                    break;
                case 3:
                    image.AddRange(new byte[random.Next(1, 40)]);
                    break;
                case 4:
                    byte[] other = Originals[random.Next(Originals.Length)];
                    int from = random.Next(other.Length);
                    Replace(image, at, random.Next(20), other[from..random.Next(from, other.Length)]);
                    break;
                case 5:
                    Replace(image, at, 0, Tokens[random.Next(Tokens.Length)]);
                    break;
                case 6 or 7 when image.Count > 0:
                    int last = image.Count - 1 - random.Next(8);
                    image[Math.Max(last, 0)] = (byte)random.Next(256);
                    break;
                case 8:
                    ReplaceInText(image, random);
                    break;
                default:
                    RewriteDigit(image, random);
                    break;
            }
        }

        return [.. image];
    }

    /// <summary>Puts a token into the text and corrects the length field, so that the parser gets to see it.</summary>
    private static void ReplaceInText(List<byte> image, Random random)
    {
        if (image.Count > 20 && image[9] == 0)
        {
            byte[] token = Tokens[random.Next(Tokens.Length)];
            int removed = random.Next(10);
            int at = random.Next(12, image.Count);
            removed = Math.Min(removed, image.Count - at);
            Replace(image, at, removed, token);
            image[8] = (byte)(image[8] + token.Length - removed);
        }
    }

    /// <summary>Changes a size, the digits of a type, or whatever else is a digit.</summary>
    private static void RewriteDigit(List<byte> image, Random random)
    {
        int[] digits = [.. FindDigits(image)];
        if (digits.Length > 0)
        {
            image[digits[random.Next(digits.Length)]] = (byte)('0' + random.Next(10));
        }
    }

    private static IEnumerable<int> FindDigits(List<byte> image)
    {
        for (int i = 0; i < image.Count; i++)
        {
            if (image[i] is >= (byte)'0' and <= (byte)'9')
            {
                yield return i;
            }
        }
    }

    private static void Replace(List<byte> image, int at, int removed, byte[] inserted)
    {
        image.RemoveRange(at, Math.Min(removed, image.Count - at));
        image.InsertRange(at, inserted);
    }
}
