using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics.Tensors;
using SeqLoss.Tests.Linear;
using SeqLoss.Tests.Reference;
using Xunit;
using static SeqLoss.Tests.Frameworks.Arrays;

namespace SeqLoss.Tests.Frameworks;

/// <summary>Losses of a projection by their frameworks' names against the same frameworks' losses of whole logits, in double.</summary>
public sealed class FusedLinearTests
{
    private const int Rows = 9;
    private const int Classes = 7;
    private const int Features = 5;

    private static readonly ProjectionCase Case = ProjectionCase.Of(RandomCases.Plain(31, Rows, 1, Classes), Features, 31);
    private static readonly ClassWeights Weight = ClassWeights.From([0.5, 1, 2, 0.25, 3, 1, 0.1]);
    private static readonly double[] Upstream = [.. Enumerable.Range(0, Rows).Select(i => Math.Sin(i + 1) * (i % 3 == 0 ? 5 : 1))];

    /// <summary>The arguments of a call; a framework takes some of them.</summary>
    private sealed record Arguments(
        TorchReduction Reduction, ClassWeights? Weight, long Ignored, double Smoothing, double ZLoss, double? SoftCap, bool HasBias);

    /// <summary>The first ids are ignored, by an id that is no class, or by one that is.</summary>
    private static int[] Ids(long ignored)
        => [.. Enumerable.Range(0, Rows).Select(i => i is 0 or 4 ? (int)ignored : i * 3 % Classes)];

    private static IEnumerable<Arguments> All(double[] zLosses, double?[] softCaps) =>
        from reduction in Enum.GetValues<TorchReduction>()
        from weight in new[] { null, Weight }
        from ignored in new long[] { -100, 3 }
        from smoothing in new[] { 0, 0.1 }
        from zLoss in zLosses
        from softCap in softCaps
        from hasBias in new[] { true, false }
        select new Arguments(reduction, weight, ignored, smoothing, zLoss, softCap, hasBias);

    [Fact]
    public void Torch_IsTheLossOfTheLogits()
    {
        foreach (Arguments a in All([0], [null]))
        {
            Check(
                a,
                (x, ids, gradient) => Conventions.Torch.CrossEntropy(x, ids, a.Weight, a.Ignored, a.Reduction, a.Smoothing, gradient),
                (hidden, vocabulary, bias, ids, gradients) => Conventions.Torch.LinearCrossEntropy(
                    hidden, vocabulary, ids, bias, a.Weight, a.Reduction, a.Ignored, a.Smoothing, gradients));
        }
    }

    [Fact]
    public void Liger_IsTheLossOfTheLogits()
    {
        foreach (Arguments a in All([0, 0.05], [null, 2]))
        {
            Check(
                a,
                (x, ids, gradient) => Conventions.Liger.CrossEntropy(
                    x, ids, a.Weight, a.Ignored, a.ZLoss, a.Smoothing, a.Reduction, a.SoftCap, gradient),
                (hidden, vocabulary, bias, ids, gradients) => Conventions.Liger.FusedLinearCrossEntropy(
                    vocabulary, hidden, ids, bias, a.Weight, a.Ignored, a.ZLoss, a.Smoothing, a.Reduction, a.SoftCap, gradients));
        }
    }

    /// <summary>PyTorch's mean of nothing is NaN, Liger's 0; the gradients of both are 0.</summary>
    [Fact]
    public void NothingCounted_HasTheMeanOfTheFramework()
    {
        Operands operands = new(hasBias: true);
        Tensor<int> ids = Arrays.Ids([Rows], [.. Enumerable.Repeat(-100, Rows)]);
        Equal(
            double.NaN,
            Conventions.Torch.LinearCrossEntropy(
                operands.Hidden, operands.Vocabulary, ids, operands.Bias, gradients: operands.Gradients([])),
            0);
        operands.AssertNoGradient();
        Equal(
            0,
            Conventions.Liger.FusedLinearCrossEntropy(
                operands.Vocabulary, operands.Hidden, ids, operands.Bias, gradients: operands.Gradients([])),
            0);
        operands.AssertNoGradient();
    }

    /// <summary>The id that PyTorch ignores where none is named is −100.</summary>
    [Fact]
    public void NoIgnoredId_IsMinusHundred()
    {
        Operands operands = new(hasBias: true);
        Tensor<int> ids = Arrays.Ids([Rows], Ids(-100));
        Equal(
            Conventions.Torch.LinearCrossEntropy(operands.Hidden, operands.Vocabulary, ids, ignoreIndex: -100).Value,
            Conventions.Torch.LinearCrossEntropy(operands.Hidden, operands.Vocabulary, ids),
            0);
    }

    /// <summary>A row without an axis has a loss without one, under any reduction.</summary>
    [Theory]
    [InlineData(TorchReduction.None)]
    [InlineData(TorchReduction.Mean)]
    [InlineData(TorchReduction.Sum)]
    public void OneRow_HasANumber(TorchReduction reduction)
    {
        Operands operands = new(hasBias: true);
        float[] expected = new float[Features], actual = new float[Features];
        ReadOnlyTensorSpan<float> vocabulary = operands.Vocabulary;
        ConventionLoss row = Conventions.Torch.LinearCrossEntropy(
            new ReadOnlyTensorSpan<float>(operands.HiddenValues.AsSpan(0, Features), [1, Features]),
            vocabulary,
            Arrays.Ids([1], 2),
            gradients: new() { Hidden = new TensorSpan<float>(expected, [1, Features]) });
        ConventionLoss number = Conventions.Torch.LinearCrossEntropy(
            new ReadOnlyTensorSpan<float>(operands.HiddenValues.AsSpan(0, Features)),
            vocabulary,
            Arrays.Ids([1], 2),
            reduction: reduction,
            gradients: new() { Hidden = new TensorSpan<float>(actual) });
        Equal(row.Value, number, 0);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void OtherInputs_AreRefused()
    {
        Operands operands = new(hasBias: true);
        Tensor<int> ids = Arrays.Ids([Rows], Ids(-100));
        Tensor<float> sequences = Tensor.Create(new float[Rows * Features], [1, Rows, Features]);
        void Refuses<T>(
            Func<Tensor<float>, Tensor<float>, float[], ConventionLoss> torch,
            Func<Tensor<float>, Tensor<float>, float[], ConventionLoss> liger)
            where T : Exception
        {
            Assert.ThrowsAny<T>(() => torch(operands.Hidden, operands.Vocabulary, operands.Bias));
            Assert.ThrowsAny<T>(() => liger(operands.Hidden, operands.Vocabulary, operands.Bias));
        }

        Refuses<LossOptionException>(
            (x, w, b) => Conventions.Torch.LinearCrossEntropy(x, w, Full([Rows, Classes], 0.1), b),
            (x, w, b) => Conventions.Liger.FusedLinearCrossEntropy(w, x, Full([Rows, Classes], 0.1), b));
        Refuses<LossOptionException>(
            (x, w, b) => Conventions.Torch.LinearCrossEntropy(x, w, ids, b, labelSmoothing: 1.5),
            (x, w, b) => Conventions.Liger.FusedLinearCrossEntropy(w, x, ids, b, labelSmoothing: 1.5));
        Refuses<LossInputException>(
            (x, w, b) => Conventions.Torch.LinearCrossEntropy(x, w, ids, b, ignoreIndex: -1),
            (x, w, b) => Conventions.Liger.FusedLinearCrossEntropy(w, x, ids, b, ignoreIndex: -1));
        Refuses<LossInputException>(
            (x, w, b) => Conventions.Torch.LinearCrossEntropy(x, w, ids, b.AsSpan(1)),
            (x, w, b) => Conventions.Liger.FusedLinearCrossEntropy(w, x, ids, b.AsSpan(1)));
        Refuses<LossInputException>(
            (x, w, b) => Conventions.Torch.LinearCrossEntropy(w, w, ids, b),
            (x, w, b) => Conventions.Liger.FusedLinearCrossEntropy(w, w, ids, b));
        Refuses<LossInputException>(
            (x, w, b) => Conventions.Torch.LinearCrossEntropy(sequences, w, ids, b),
            (x, w, b) => Conventions.Liger.FusedLinearCrossEntropy(w, sequences, ids, b));
        Refuses<ArgumentException>(
            (x, w, b) => Conventions.Torch.LinearCrossEntropy(x, w, ids, b, ClassWeights.From([1.0, 2])),
            (x, w, b) => Conventions.Liger.FusedLinearCrossEntropy(w, x, ids, b, ClassWeights.From([1.0, 2])));
        Assert.Throws<LossOptionException>(
            () => Conventions.Liger.FusedLinearCrossEntropy(operands.Vocabulary, operands.Hidden, ids, softcap: 0));
        Assert.Throws<LossOptionException>(
            () => Conventions.Liger.FusedLinearCrossEntropy(operands.Vocabulary, operands.Hidden, ids, lseSquareScale: -1));
    }

    private delegate ConventionLoss Dense(Tensor<double> logits, Tensor<int> ids, Gradient gradient);

    private delegate ConventionLoss Fused(
        Tensor<float> hidden, Tensor<float> vocabulary, ReadOnlySpan<float> bias, Tensor<int> ids, ProjectionGradients gradients);

    private static void Check(Arguments a, Dense dense, Fused fused)
    {
        ProjectionCase c = a.HasBias ? Case : (Case with { Bias = null }).WithLogits();
        Tensor<int> ids = Arrays.Ids([Rows], Ids(a.Ignored));
        double[] ofLogits = new double[Rows * Classes], upstream = a.Reduction == TorchReduction.None ? Upstream : [];
        Gradient gradient = new TensorSpan<double>(ofLogits, [Rows, Classes]);
        ConventionLoss expected = dense(Doubles([Rows, Classes], c.Loss.Scores), ids, gradient.WithUpstream(upstream));
        Operands operands = new(a.HasBias);
        ConventionLoss actual = fused(operands.Hidden, operands.Vocabulary, operands.Bias, ids, operands.Gradients(upstream));
        Assert.Equal(expected.Divisor, actual.Divisor, 1e-12);
        if (expected.Values is { } values)
        {
            Equal(ToArray(values), actual, 1e-5, Rows);
        }
        else
        {
            Equal(expected.Value, actual, 1e-5);
        }

        (double[] hidden, double[] vocabulary, double[] bias) = c.Gradients(ofLogits);
        ProjectionAssert.HasNormOf(hidden, operands.OfHidden, $"{a}: hidden");
        ProjectionAssert.HasNormOf(vocabulary, operands.OfVocabulary, $"{a}: vocabulary");
        ProjectionAssert.HasNormOf(bias, operands.OfBias, $"{a}: bias");
    }

    /// <summary>The case in float, and gradients that hold other numbers.</summary>
    private sealed class Operands(bool hasBias)
    {
        public float[] HiddenValues { get; } = Array.ConvertAll(Case.Hidden, value => (float)value);

        public Tensor<float> Hidden => Tensor.Create(HiddenValues, [Rows, Features]);

        public Tensor<float> Vocabulary { get; }
            = Tensor.Create(Array.ConvertAll(Case.Vocabulary, value => (float)value), [Classes, Features]);

        public float[] Bias { get; } = hasBias ? Array.ConvertAll(Case.Bias!, value => (float)value) : [];

        public float[] OfHidden { get; } = Filled(Rows * Features);

        public float[] OfVocabulary { get; } = Filled(Classes * Features);

        public float[] OfBias { get; } = Filled(Classes);

        public ProjectionGradients Gradients(double[] upstream) => new()
        {
            Hidden = new TensorSpan<float>(OfHidden, [Rows, Features]),
            Vocabulary = new TensorSpan<float>(OfVocabulary, [Classes, Features]),
            Bias = OfBias,
            Upstream = upstream,
        };

        public void AssertNoGradient()
        {
            foreach (float[] gradient in new[] { OfHidden, OfVocabulary, OfBias })
            {
                Assert.All(gradient, value => Assert.Equal(0, value));
                Array.Fill(gradient, 7);
            }
        }

        private static float[] Filled(int count)
        {
            float[] values = new float[count];
            Array.Fill(values, 7);
            return values;
        }
    }
}
