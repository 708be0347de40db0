using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>Rules of the repository that no analyzer checks.</summary>
public sealed class RepositoryTests
{
    private const int MostColumns = 140;
    private const int MostLines = 400;

    private static readonly string[] TextEndings =
    [
        ".cs", ".csproj", ".props", ".slnx", ".json", ".md", ".py", ".sh", ".yml", ".txt", ".tsv",
    ];

    private static readonly string[] Folders = ["src", "tests", "eng", "benchmarks", "samples", "docs"];

    public static TheoryData<string> Assemblies => ["SeqLoss", "SeqLoss.Kernels"];

    [Fact]
    public void Lines_AreAtMost140Columns() => AssertNone(
        CodeFiles().SelectMany(file => File.ReadLines(file)
            .Select((line, index) => (Place: $"{Relative(file)}:{index + 1}", line.Length))
            .Where(line => line.Length > MostColumns)
            .Select(line => $"{line.Place} has {line.Length} columns")));

    [Fact]
    public void Files_AreAtMost400Lines() => AssertNone(
        CodeFiles().Select(file => (Name: Relative(file), Count: File.ReadLines(file).Count()))
            .Where(file => file.Count > MostLines)
            .Select(file => $"{file.Name} has {file.Count} lines"));

    [Fact]
    public void TextFiles_HaveNoByteOrderMark() => AssertNone(
        AllFiles().Where(file => TextEndings.Contains(Path.GetExtension(file))).Where(StartsWithMark).Select(Relative));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Types_AreSealedStaticOrAbstract(string assembly)
        => AssemblyRules.AssertTypesAreSealedStaticOrAbstract(Assembly.Load(assembly));

    private static void AssertNone(IEnumerable<string> offenders)
    {
        string all = string.Join('\n', offenders);
        Assert.True(all.Length == 0, all);
    }

    private static IEnumerable<string> CodeFiles() => AllFiles().Where(file => Path.GetExtension(file) == ".cs");

    private static IEnumerable<string> AllFiles() => Folders
        .Select(folder => Repository.PathOf(folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        .Where(file => !Relative(file).Split('/').Any(part => part is "bin" or "obj" or "artifacts"))
        .Concat(Directory.EnumerateFiles(Repository.Root));

    private static string Relative(string file) => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/');

    private static bool StartsWithMark(string file)
    {
        using FileStream stream = File.OpenRead(file);
        Span<byte> start = stackalloc byte[3];
        return stream.ReadAtLeast(start, 3, throwOnEndOfStream: false) == 3 && start.SequenceEqual("\uFEFF"u8);
    }
}
