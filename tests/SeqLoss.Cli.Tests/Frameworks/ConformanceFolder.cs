using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Xunit;

namespace SeqLoss.Cli.Tests.Frameworks;

/// <summary>Cases of other projects' test suites, which are no part of the repository.</summary>
internal static class ConformanceFolder
{
    private const string Variable = "SEQLOSS_CONFORMANCE";

    internal static string Root { get; } = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
        ? folder
        : Path.Combine(Repository.Root, "..", "shared", "conformance");

    /// <summary>Why tests that need the cases are skipped; <see langword="null"/> where they are not.</summary>
    internal static string? WhyAbsent { get; } = Directory.Exists(Root) ? null : $"no cases in {Root}: name their folder in {Variable}";

    /// <summary>The cases as <c>suite/case</c>.</summary>
    internal static IEnumerable<string> Names => Directory
        .EnumerateFiles(Root, "case.json", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Root, Path.GetDirectoryName(file)!).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);
}

/// <summary>A theory over the cases, skipped where they are absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ConformanceTheoryAttribute : TheoryAttribute
{
    public ConformanceTheoryAttribute() => Skip = ConformanceFolder.WhyAbsent;
}
