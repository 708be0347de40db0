using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using SeqLoss.Models.Files;
using Xunit;

namespace SeqLoss.Models.Tests.Files;

/// <summary>Damaged files: whatever the bytes are, they are tensors or a sentence.</summary>
public sealed class SafeTensorsMutationTests
{
    private const int InMemory = 100_000;
    private const int OnDisk = 4_000;

    // A parse may allocate a few names, a message and a stack trace, and nothing that the damaged numbers ask for.
    private const long MostBytes = 1 << 16;

    private static readonly byte[][] Originals =
    [
        SafeTensorsImage.CreateOne("F32", "[2,3]", new byte[24]),
        SafeTensorsImage.CreateOne("F16", "[]", 0, 60),
        SafeTensorsImage.CreateOne("BF16", "[2,1,0]"),
        SafeTensorsImage.Create("{}   "),
        SafeTensorsImage.Create(
            """
            {"__metadata__":{"format":"pt","é":""},"b":{"dtype":"I64","shape":[1],"data_offsets":[0,8]},
            "a\u0041":{"data_offsets":[8,11],"dtype":"U8","shape":[3]}}
            """,
            new byte[11]),
    ];

    private static readonly byte[][] Tokens = Array.ConvertAll(
        [
            " ", "-1", "9223372036854775807", "9223372036854775808", "1e3", "1.5", "0", "1", "8", "[", "]", "[]", "[0,0]", "{", "}", "{}",
            ",", ":", "\"", "\\", "\\u001b", "\\ud800", "\0", "\n", "null", "true", "é", "\"dtype\"", "\"shape\"", "\"data_offsets\"",
            "\"F32\"", "\"F64\"", "\"U8\"", "\"__metadata__\"", "\"w\":", "\"a\":1,",
        ],
        Encoding.UTF8.GetBytes);

    [Fact]
    public void DamagedHeaders_AreTensorsOrASentence()
    {
        const int Seed = 1;
        var random = new Random(Seed);
        int whole = 0;
        for (int i = 0; i < InMemory; i++)
        {
            byte[] image = Mutate(random);
            string input = $"seed {Seed}, input {i}: {Convert.ToHexString(image)}";
            byte[] text = image.Length > 8 ? image[8..] : [];
            int end = Math.Min(text.Length, Math.Max(0, image.Length > 8 ? BitConverter.ToInt32(image) : 0));
            long before = GC.GetAllocatedBytesForCurrentThread();
            var parser = new SafeTensorsHeaderParser("file", text.Length - end);
            whole += IsWhole(() => parser.Parse(text.AsSpan(0, end)), "file", input) ? 1 : 0;
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        }

        // Both outcomes are common, or the mutations test nothing.
        Assert.InRange(whole, InMemory / 20, InMemory - (InMemory / 4));
    }

    [Fact]
    public void DamagedFiles_AreTensorsOrASentence()
    {
        const int Seed = 2;
        var random = new Random(Seed);
        using var folder = new TemporaryFolder();
        int whole = 0;
        for (int i = 0; i < OnDisk; i++)
        {
            byte[] image = Mutate(random);
            string path = folder.Write("damaged.safetensors", image);
            whole += IsWhole(() => ReadAll(path), path, $"seed {Seed}, input {i}: {Convert.ToHexString(image)}") ? 1 : 0;
        }

        Assert.InRange(whole, OnDisk / 20, OnDisk - (OnDisk / 4));
    }

    [Fact]
    public void TruncatedFiles_AreASentence()
    {
        using var folder = new TemporaryFolder();
        byte[] image = Originals[^1];
        for (int length = 0; length < image.Length; length++)
        {
            string path = folder.Write("cut.safetensors", image[..length]);
            Assert.False(IsWhole(() => ReadAll(path), path, $"cut to {length}"), $"cut to {length}");
        }
    }

    private static void ReadAll(string path)
    {
        using SafeTensorsReader file = SafeTensorsReader.Open(path);
        foreach (SafeTensor tensor in file.Tensors)
        {
            Assert.InRange(tensor.ElementCount, 0, tensor.ElementCount == 0 ? 0 : 1000);
            if (tensor.Type is SafeTensorType.F32 or SafeTensorType.F16 or SafeTensorType.BF16)
            {
                file.Read(tensor.Name, tensor.Shape, new float[tensor.ElementCount]);
            }
        }
    }

    private static bool IsWhole(Action read, string path, string input)
    {
        try
        {
            read();
            return true;
        }
        catch (ModelFileException refusal)
        {
            Assert.StartsWith($"{path}: ", refusal.Message, StringComparison.Ordinal);
            // The cure stands behind a semicolon; nothing from the file reaches a terminal as control characters.
            Assert.Contains("; ", refusal.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(refusal.Message, char.IsControl);
            Assert.InRange(refusal.Message.Length, 20, path.Length + 1_000);
            return false;
        }
        catch (Exception other) when (other is not Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{input}: {other}");
            throw;
        }
    }

    private static byte[] Mutate(Random random)
    {
        var image = new List<byte>(Originals[random.Next(Originals.Length)]);
        for (int changes = random.Next(1, 3); changes > 0 && image.Count > 0; changes--)
        {
            int at = random.Next(image.Count);
            switch (random.Next(8))
            {
                case 0:
                    image[at] = (byte)random.Next(256);
                    break;
                case 1:
                    image[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when random.Next(2) == 0:
                    image.RemoveRange(at, image.Count - at);
                    break;
                case 3:
                    image.AddRange(new byte[random.Next(1, 10)]);
                    break;
                case 4 or 5 when image.Count > 9:
                    ReplaceInText(image, random);
                    break;
                case 6:
                    int[] digits = [.. Enumerable.Range(0, image.Count).Where(i => image[i] is >= (byte)'0' and <= (byte)'9')];
                    if (digits.Length > 0)
                    {
                        image[digits[random.Next(digits.Length)]] = (byte)('0' + random.Next(10));
                    }

                    break;
                default:
                    // The last bytes are data: any will do.
                    image[^1] = (byte)random.Next(256);
                    break;
            }
        }

        return [.. image];
    }

    /// <summary>Puts a token into the text and corrects the length, so that the parser gets to see it.</summary>
    private static void ReplaceInText(List<byte> image, Random random)
    {
        byte[] token = Tokens[random.Next(Tokens.Length)];
        int at = random.Next(8, image.Count);
        int removed = Math.Min(random.Next(6), image.Count - at);
        image.RemoveRange(at, removed);
        image.InsertRange(at, token);
        image[0] = (byte)(image[0] + token.Length - removed);
    }
}
