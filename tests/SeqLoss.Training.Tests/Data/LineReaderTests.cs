using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using SeqLoss.Models.Files;
using SeqLoss.Training.Data;
using Xunit;

namespace SeqLoss.Training.Tests.Data;

public sealed class LineReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("\n", "")]
    [InlineData("a", "a")]
    [InlineData("a\n", "a")]
    [InlineData("a\n\n", "a", "")]
    [InlineData("a\r\nb\r\n", "a", "b")]
    [InlineData("a\rx\nb\n", "a\rx", "b")]
    [InlineData("a\r\r\nb\r", "a\r", "b")]
    [InlineData("\r\n\r", "", "")]
    [InlineData("a\u2028b\u0085c\u2029d\fe\vf\0g\n", "a\u2028b\u0085c\u2029d\fe\vf\0g")]
    [InlineData("\uFEFFa\n\uFEFFb", "a", "\uFEFFb")]
    [InlineData("\uFEFF\na", "", "a")]
    public void OnlyLineFeed_EndsALine(string text, params string[] expected)
    {
        foreach (int portion in new[] { 1, 2, 3, 100 })
        {
            Assert.Equal(expected, ReadAll(Encoding.UTF8.GetBytes(text), portion));
        }
    }

    /// <summary>Lines longer than the buffer, characters cut by it, any portions that a pipe hands over.</summary>
    [Theory]
    [InlineData(1, 300)]
    [InlineData(7, 20_000)]
    [InlineData(65_536, 70_000)]
    [InlineData(100_000, 200_000)]
    public void LinesOfAnyLength_SurviveAnyPortions(int portion, int longest)
    {
        string[] lines =
        [
            .. Enumerable.Range(0, 40).Select(i => string.Concat(Enumerable.Repeat("aé日😀"[(i % 4)..], 1 + (longest * i / 400)))),
        ];
        Assert.Equal(lines, ReadAll(Encoding.UTF8.GetBytes(string.Join('\n', lines)), portion));
    }

    [Fact]
    public void AnyText_IsSplitAsByItsLineFeeds() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonEmptyString>(),
        text =>
        {
            string clean = string.Concat(text.Get.EnumerateRunes()).TrimStart('\uFEFF') + "\nend";
            IEnumerable<string> expected = clean.Split('\n').Select(line => line.EndsWith('\r') ? line[..^1] : line);
            return expected.SequenceEqual(ReadAll(Encoding.UTF8.GetBytes(clean), 5));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void ALine_IsThereBeforeTheNextOneArrives()
    {
        using var stream = new PortionStream("first\nsecond"u8.ToArray(), 6);
        using var reader = new LineReader(stream, "pipe");
        Assert.Equal("first", reader.ReadLine());
        Assert.Equal(6, stream.Position);
        Assert.Equal(1, reader.LineNumber);
    }

    [Theory]
    [InlineData(new byte[] { 0x61, 0x0A, 0x62, 0xFF, 0x0A }, "text: line 2: byte 2 of the line is not UTF-8; convert the text to UTF-8")]
    [InlineData(new byte[] { 0xFF, 0xFE, 0x61, 0x00 }, "text: line 1: byte 1 of the line is not UTF-8; convert the text to UTF-8")]
    [InlineData(new byte[] { 0x61, 0xC3 }, "text: line 1: byte 2 of the line is not UTF-8; convert the text to UTF-8")]
    [InlineData(new byte[] { 0x61, 0xC3, 0x0A, 0xA9 }, "text: line 1: byte 2 of the line is not UTF-8; convert the text to UTF-8")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "text: line 1: byte 1 of the line is not UTF-8; convert the text to UTF-8")]
    public void OtherEncodings_AreRefusedWithTheirPlace(byte[] bytes, string message) =>
        Assert.Equal(message, Assert.Throws<ModelFileException>(() => ReadAll(bytes, 100)).Message);

    [Fact]
    public void WhatHasNoLines_IsRefusedBeforeItFillsTheMemory()
    {
        using var reader = new LineReader(new PortionStream(new byte[LineReader.MaxLineBytes + (1 << 20)], 1 << 20), "image.bin");
        string message = Assert.Throws<ModelFileException>(reader.ReadLine).Message;
        Assert.Equal("image.bin: line 1: the line is longer than 64 MiB; end lines with LF", message);
    }

    [Fact]
    public void WhatCannotBeOpened_IsNamed()
    {
        string missing = Path.Combine(Path.GetTempPath(), "seqloss-no-such-file");
        Assert.Equal($"{missing}: there is no such file; check the path", Refusal(missing));
        Assert.Equal($"{Path.GetTempPath()}: this is a folder; name a text file in it", Refusal(Path.GetTempPath()));

        static string Refusal(string path) => Assert.Throws<ModelFileException>(() => LineReader.ReadLines(path).Count()).Message;
    }

    private static List<string> ReadAll(byte[] bytes, int portion)
    {
        using var reader = new LineReader(new PortionStream(bytes, portion), "text");
        var lines = new List<string>();
        while (reader.ReadLine() is string line)
        {
            lines.Add(line);
        }

        Assert.Equal(lines.Count, reader.LineNumber);
        Assert.Null(reader.ReadLine());
        return lines;
    }

    /// <summary>Hands over a few bytes at a time, as pipes do.</summary>
    private sealed class PortionStream(byte[] bytes, int portion) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, portion));
    }
}
