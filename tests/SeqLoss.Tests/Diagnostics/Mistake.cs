using System;
using System.Collections.Generic;
using System.Linq;
using SeqLoss.Diagnostics;

namespace SeqLoss.Tests.Diagnostics;

/// <summary>A case with one mistake in it, and how a check must name it.</summary>
/// <param name="Case">The input.</param>
/// <param name="Id">The finding.</param>
/// <param name="Severity">Its severity.</param>
/// <param name="Position">Its position as text; <see langword="null"/> for none.</param>
internal sealed record Mistake(CheckCase Case, string Id, FindingSeverity Severity, string? Position)
{
    public bool IsNamedBy(IEnumerable<Finding> findings)
        => findings.Any(finding => finding.Id == Id && finding.Severity == Severity && finding.Position?.ToString() == Position);

    /// <summary>Some counted positions in order, the first of which is to be named.</summary>
    public static (int B, int T)[] SomePositions(Random random, CheckCase c)
    {
        List<(int B, int T)> counted = c.CountedPositions();
        return [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => counted[random.Next(counted.Count)]).Distinct().Order()];
    }
}
