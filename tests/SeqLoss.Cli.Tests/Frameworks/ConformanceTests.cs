using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Cli.Tests.Npy;
using Xunit;

namespace SeqLoss.Cli.Tests.Frameworks;

/// <summary>Other frameworks' own tests, run through <c>seqloss loss --as</c>.</summary>
public sealed class ConformanceTests : IDisposable
{
    private const string SmoothLabels = "optax.losses.smooth_labels";

    /// <summary>Functions that the library does not have; the cases are no core.</summary>
    private static readonly string[] _unknown =
    [
        "keras.losses.CTC", "optax.losses.ctc_loss", "optax.losses.generalized_kl_divergence", "optax.losses.log_cosh",
        "optax.losses.poly_loss_cross_entropy",
    ];

    private readonly TemporaryFolder folder = new();

    public static IEnumerable<object[]> Cases => ConformanceFolder.Names.Select(name => new object[] { name });

    public void Dispose() => folder.Dispose();

    [ConformanceTheory]
    [MemberData(nameof(Cases))]
    public void Case_GivesTheFrameworksNumbers(string name)
    {
        var each = new ConformanceCase(name);
        if (each.Function == SmoothLabels)
        {
            AssertSmoothed(each);
            return;
        }

        string output = folder.PathOf("loss.npy");
        string logProbs = folder.PathOf("log-probs.npy");
        string[] wanted = each.Outputs.Any(expected => expected.Role == "log_prob") ? ["--log-probs", logProbs] : [];
        ToolRun run = ToolRun.Of(["loss", "--json", "--output", output, .. wanted, .. each.Options(folder)]);
        bool isUnknown = !each.IsCore && _unknown.Contains(each.Function);
        if (each.IsRefused || isUnknown)
        {
            AssertRefused(run);
            return;
        }

        Assert.Equal((0, ""), (run.Status, run.Error));
        foreach ((string role, string shape, double[] values, double relative, double absolute) in each.Outputs)
        {
            if (role == "nll_loss")
            {
                // Of an unreduced loss the tool gives the sum.
                AssertClose([values.Sum()], [run.Json.GetProperty("negativeLogLikelihood").GetDouble()], relative, absolute);
                continue;
            }

            (string _, string givenShape, double[] given) = ArrayFile.Load(role == "log_prob" ? logProbs : output);
            Assert.Equal(SizesOf(shape), SizesOf(givenShape));
            AssertClose(values, given, relative, absolute);
        }
    }

    private static void AssertSmoothed(ConformanceCase each)
    {
        (float[] labels, int[] shape, double alpha) = each.Labels();
        nint[] lengths = Array.ConvertAll(shape, size => (nint)size);
        Tensor<double> smoothed = Conventions.Optax.SmoothLabels(Tensor.Create(labels, lengths), alpha);
        double[] given = new double[labels.Length];
        smoothed.FlattenTo(given);
        Assert.Equal(lengths, smoothed.Lengths.ToArray());
        (string _, string _, double[] values, double relative, double absolute) = each.Outputs.Single();
        AssertClose(values, given, relative, absolute);
    }

    private void AssertRefused(ToolRun run)
    {
        Assert.Contains(run.Status, (int[])[2, 3]);
        Assert.Equal("", run.Output);
        string sentence = run.Error.Split('\n')[0];
        Assert.StartsWith("seqloss: ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.PathOf("loss.npy")));
    }

    private static void AssertClose(double[] expected, double[] given, double relative, double absolute)
    {
        Assert.Equal(expected.Length, given.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double tolerance = absolute + (relative * Math.Abs(expected[i]));
            bool isClose = expected[i].Equals(given[i]) || Math.Abs(expected[i] - given[i]) <= tolerance;
            Assert.True(isClose, $"element {i}: expected {expected[i]:R}, given {given[i]:R}");
        }
    }

    private static string[] SizesOf(string shape)
        => shape.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries);
}
