using System;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>The references against what can be known without them.</summary>
public sealed class ReferenceTests
{
    [Fact]
    public void ClosedFormGradient_EqualsDifferences() => Law.Holds(200, seed =>
    {
        CrossEntropyCase c = RandomCases.CrossEntropy(seed);
        Reduction reduction = Reductions.Of(seed, c.Ids is null);
        Tolerance.Differences.Gradient(
            CrossEntropyReference.Gradient(c, reduction), CrossEntropyReference.ClosedFormGradient(c, reduction), $"{seed}: {c}");
    });

    [Theory]
    [InlineData(1e-300)]
    [InlineData(1e-17)]
    [InlineData(2.061153620314381e-9)]
    [InlineData(0.49)]
    public void LogOfOnePlus_InvertsExpMinusOne(double x)
    {
        double y = Differences.LogOfOnePlus(x);

        // e^y − 1 by its own series, whose terms do not cancel for y > 0.
        double term = y, sum = y;
        for (int n = 2; n < 40; n++)
        {
            term *= y / n;
            sum += term;
        }

        Assert.Equal(1, sum / x, 1e-14);
    }

    [Fact]
    public void Central_OfSine_IsCosine() => Assert.Equal(Math.Cos(1), Differences.Central(Math.Sin, 1, 1e-3), 1e-12);
}
