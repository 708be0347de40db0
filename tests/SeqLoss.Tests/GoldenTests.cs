using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text.Json;
using SeqLoss.Tests.Golden;
using SeqLoss.Tests.Reference;
using Xunit;

namespace SeqLoss.Tests;

/// <summary>The answers of PyTorch and numpy in float64 (eng/golden/make_golden.py) to random and extreme cases.</summary>
public sealed class GoldenTests
{
    public static TheoryData<int> Seeds => [1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Losses_EqualTheArchive(int seed) => ForEach(seed, isGradient: false, (c, output) =>
    {
        double[] reduced = new double[output.Expected.ToDoubles().Length];
        Compute(c, output.Reduction, reduced, gradient: null, c.Scores.As<float>(), areIdsWide: true);
        CheckLosses(output, reduced, $"{c.Name} {output.Reduction}");
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Gradients_EqualTheArchive(int seed) => ForEach(seed, isGradient: true, (c, output) =>
    {
        float[] gradient = new float[output.Expected.ToDoubles().Length];
        float[] scores = c.Scores.As<float>();
        Compute(c, output.Reduction, [], gradient, scores, areIdsWide: false);
        CheckGradient(output, gradient, $"{c.Name} {output.Reduction}");

        Compute(c, output.Reduction, [], scores, scores, areIdsWide: true);
        CheckGradient(output, scores, $"{c.Name} {output.Reduction} in place");
    });

    [Fact]
    public void Archives_AreThoseOfTheManifest()
    {
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(Repository.PathOf("tests", "Golden", "manifest.json")));
        JsonElement[] archives = [.. manifest.RootElement.GetProperty("archives").EnumerateArray()];
        Assert.Equal(Seeds.Count, archives.Length);
        Assert.All(archives, archive =>
        {
            byte[] bytes = File.ReadAllBytes(Repository.PathOf("tests", "Golden", archive.GetProperty("file").GetString()!));
            Assert.Equal(archive.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(bytes)));
        });
    }

    private static void ForEach(int seed, bool isGradient, Action<GoldenCase, GoldenOutput> check)
    {
        IReadOnlyList<GoldenCase> cases = GoldenCase.ReadAll(Repository.PathOf("tests", "Golden", $"seed{seed}.zip"));
        Assert.True(cases.Count > 70);
        int checkedCount = 0;
        foreach (GoldenCase c in cases)
        {
            foreach (GoldenOutput output in c.Outputs.Where(output => output.IsGradient == isGradient))
            {
                check(c, output);
                checkedCount++;
            }
        }

        Assert.True(checkedCount > 400, $"{checkedCount} answers");
    }

    private static void Compute(GoldenCase c, Reduction reduction, double[] reduced, float[]? gradient, float[] scores, bool areIdsWide)
    {
        Gradient destination = gradient is null ? default : new TensorSpan<float>(gradient, c.Scores.Lengths);
        if (reduction == Reduction.None && gradient is not null)
        {
            destination = destination.WithUpstream(c.UpstreamOfNone);
        }

        ReadOnlyTensorSpan<float> x = new(scores, c.Scores.Lengths);
        LossOutputs outputs = new() { Reduced = reduced };
        if (c.IsRegression)
        {
            ReadOnlyTensorSpan<float> targets = new(c.Targets.As<float>(), c.Targets.Lengths);
            RegressionCall.Invoke(c.Error, x, targets, c.BuildWeights(), c.RegressionOptions(reduction), destination, outputs);
            return;
        }

        CrossEntropyOptions options = c.CrossEntropyOptions(reduction);
        CrossEntropyCall.Invoke(c.Door, x, TargetsOf(c, areIdsWide), c.BuildWeights(), options, destination, outputs);
    }

    private static Targets TargetsOf(GoldenCase c, bool areIdsWide)
    {
        NpyArray targets = c.Targets;
        if (!c.HasIds)
        {
            return new ReadOnlyTensorSpan<float>(targets.As<float>(), targets.Lengths);
        }

        if (areIdsWide)
        {
            return new ReadOnlyTensorSpan<long>(targets.As<long>(), targets.Lengths);
        }

        return new ReadOnlyTensorSpan<int>(Array.ConvertAll(targets.As<long>(), id => (int)id), targets.Lengths);
    }

    /// <summary>Sums are kept in double, so that not even the losses beyond float overflow.</summary>
    private static void CheckLosses(GoldenOutput output, double[] actual, string what)
        => Tolerance.Single.Losses(output.Expected.ToDoubles(), actual, what);

    private static void CheckGradient(GoldenOutput output, float[] actual, string what)
    {
        double[] expected = output.Expected.ToDoubles();
        if (output.OverflowsSingle)
        {
            expected = Array.ConvertAll(expected, value => double.IsFinite((float)value) ? value : (float)value);
        }

        Tolerance.Single.Gradient(expected, Array.ConvertAll(actual, value => (double)value), what);
    }
}
