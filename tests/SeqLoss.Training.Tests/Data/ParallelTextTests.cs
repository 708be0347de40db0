using System;
using System.IO;
using System.Linq;
using SeqLoss.Models.Files;
using SeqLoss.Training.Data;
using Xunit;

namespace SeqLoss.Training.Tests.Data;

public sealed class ParallelTextTests : IDisposable
{
    private readonly string _source = Path.GetTempFileName();
    private readonly string _target = Path.GetTempFileName();

    public void Dispose()
    {
        File.Delete(_source);
        File.Delete(_target);
    }

    [Fact]
    public void Lines_ArePairedByNumberEmptyOnesToo()
    {
        Write("a\r\n\nc\u2028c\n", "A\n\nC");
        Assert.Equal([new("a", "A"), new("", ""), new("c\u2028c", "C")], ParallelText.ReadFiles(_source, _target));
    }

    [Theory]
    [InlineData("a\nb\nc\n", "A\n", 3, 1)]
    [InlineData("a\n", "A\nB\nC\nD", 1, 4)]
    [InlineData("", "A", 0, 1)]
    public void FilesThatPart_AreRefusedWithBothCounts(string source, string target, int sources, int targets)
    {
        Write(source, target);
        Assert.StartsWith(
            $"{_source} has {sources} lines and {_target} {targets}; ",
            Assert.Throws<ModelFileException>(() => ParallelText.ReadFiles(_source, _target).Count()).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_AreDividedByTabs()
    {
        Write("a b\tA B\n\tonly target\nonly source\t\n", "");
        Assert.Equal([new("a b", "A B"), new("", "only target"), new("only source", "")], ParallelText.ReadTable(_source));
    }

    [Theory]
    [InlineData("a\tA\nb\n", 2, 1)]
    [InlineData("a\tA\nb\tB\nc\tC\tnote\n", 3, 3)]
    public void OtherTables_AreRefusedWithTheirLine(string table, int line, int columns)
    {
        Write(table, "");
        Assert.StartsWith(
            $"{_source}: line {line}: there are {columns} columns",
            Assert.Throws<ModelFileException>(() => ParallelText.ReadTable(_source).Count()).Message,
            StringComparison.Ordinal);
    }

    private void Write(string source, string target)
    {
        File.WriteAllText(_source, source);
        File.WriteAllText(_target, target);
    }
}
